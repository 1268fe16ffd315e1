import test from 'ava';
import { knowledge } from '../../../scenarios/common/diagnosis/knowledge.ts';
import { diagnose, type Diagnosis } from '../../diagnose/diagnose.ts';
import { problems } from '../../diagnose/model/finding.ts';
import { fakeEvidence } from '../../diagnose/testing/fake-bundle.ts';
import { hangingHost } from '../../diagnose/testing/hanging-host.ts';
import { diagnosesAsCsv } from './csv.ts';
import { diagnosesAsMetrics } from './prometheus.ts';

const healthy = diagnose(fakeEvidence(), knowledge);
const hanging = diagnose(fakeEvidence(hangingHost), knowledge);
const named = (host: string, diagnosis: Diagnosis = healthy): Diagnosis => ({ ...diagnosis, host });

test('CSV: a row for each host, worst first, a column for each problem', (t) => {
  const [head, ...rows] = diagnosesAsCsv([named('a'), named('b', hanging)]).split('\r\n');
  t.is(head, `host,time,docker,kernel,os,state,${problems.join(',')}`);
  t.deepEqual(rows, [
    'b,2026-11-26T08:00:00Z,1.13.1,5.10.0-32-amd64,Debian GNU/Linux 11 (bullseye),affected,affected,affected,not-affected,not-affected,unknown,not-affected,exposed,not-affected,not-affected,not-affected,not-affected,exposed,not-affected',
    'a,2026-11-26T08:00:00Z,20.10.24,5.10.0-32-amd64,Debian GNU/Linux 11 (bullseye),exposed,not-affected,not-affected,not-affected,not-affected,exposed,not-affected,not-affected,not-affected,not-affected,not-affected,not-affected,not-affected,not-affected',
    '',
  ]);
});

test('CSV: no formula, and quotes where they are needed', (t) => {
  const first = (host: string) =>
    diagnosesAsCsv([named(host)])
      .split('\r\n')
      .slice(1)
      .join('\r\n')
      .split(',2026-')[0];
  t.is(first('=HYPERLINK("http://a")'), `"'=HYPERLINK(""http://a"")"`);
  t.is(first('+1'), "'+1");
  t.is(first('-1'), "'-1");
  t.is(first('@SUM(A1)'), "'@SUM(A1)");
  t.is(first('\t=1'), "'\t=1");
  t.is(first('\r=1'), `"'\r=1"`);
  t.is(first('a,b'), '"a,b"');
  t.is(first('a"b'), '"a""b"');
  t.is(first('a\r\nb'), '"a\r\nb"');
  t.is(first('web-1'), 'web-1');
});

test('Prometheus: each family is described once, before its samples, and no series comes twice', (t) => {
  const text = diagnosesAsMetrics([named('a'), named('b', hanging), named('b', hanging), named('b')]);
  const families = text.split(/^(?=# HELP )/m);
  t.deepEqual(
    families.map((family) => family.split('\n').slice(0, 2)),
    [
      [
        '# HELP dockerd_leak_lab_finding Whether a host is in this state for a known problem.',
        '# TYPE dockerd_leak_lab_finding gauge',
      ],
      [
        '# HELP dockerd_leak_lab_growth_per_hour Growth per hour, in the unit of the metric.',
        '# TYPE dockerd_leak_lab_growth_per_hour gauge',
      ],
      [
        '# HELP dockerd_leak_lab_hours_to_limit Hours until the metric reaches its limit, at the soonest.',
        '# TYPE dockerd_leak_lab_hours_to_limit gauge',
      ],
      [
        '# HELP dockerd_leak_lab_diagnosis_timestamp_seconds When the evidence was taken.',
        '# TYPE dockerd_leak_lab_diagnosis_timestamp_seconds gauge',
      ],
    ],
  );
  for (const family of families) {
    const [name] = /(?<=# HELP )\S+/.exec(family) ?? [];
    const samples = family.split('\n').slice(2).filter(Boolean);
    t.true(
      samples.every((sample) => sample.startsWith(`${name}{`) && /\} -?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(sample)),
    );
    const series = samples.map((sample) => sample.slice(0, sample.lastIndexOf(' ')));
    t.is(new Set(series).size, series.length, name);
  }
  t.true(text.includes('dockerd_leak_lab_finding{host="b",problem="hanging-stats",state="affected"} 1\n'));
  t.true(text.includes('dockerd_leak_lab_finding{host="b (2)",problem="hanging-stats",state="affected"} 1\n'));
  t.true(text.includes('dockerd_leak_lab_finding{host="b (3)",problem="hanging-stats",state="affected"} 0\n'));
  t.true(
    text.includes('dockerd_leak_lab_growth_per_hour{host="b",problem="hanging-stats",metric="connections"} 7200\n'),
  );
  t.true(text.includes('dockerd_leak_lab_diagnosis_timestamp_seconds{host="a"} 1795680000\n'));
});

test('Prometheus: backslashes, quotes and newlines are escaped', (t) => {
  const text = diagnosesAsMetrics([named('a\\b"c\nd')]);
  t.true(text.includes(String.raw`dockerd_leak_lab_diagnosis_timestamp_seconds{host="a\\b\"c\nd"} 1795680000`));
  t.true(text.split('\n').every((line) => line === '' || line.startsWith('#') || line.startsWith('dockerd_leak_lab_')));
});
