import { createHash } from 'node:crypto';
import test from 'ava';
import { knowledge } from '../../../scenarios/common/diagnosis/knowledge.ts';
import { diagnose, type Diagnosis } from '../../diagnose/diagnose.ts';
import { fakeEvidence } from '../../diagnose/testing/fake-bundle.ts';
import { hangingHost } from '../../diagnose/testing/hanging-host.ts';
import { diagnosisPage } from './diagnosis-page.ts';

const healthy = diagnose(fakeEvidence(), knowledge);
const hanging = diagnose(fakeEvidence(hangingHost), knowledge);
const named = (host: string, diagnosis: Diagnosis = healthy): Diagnosis => ({ ...diagnosis, host });

/** The texts between the tags of this name, each character. */
function contents(page: string, tag: string): string[] {
  return [...page.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(([, text = '']) => text);
}

test('the policy has the hashes of the style and the script that are in the page', (t) => {
  for (const page of [diagnosisPage([named('a'), named('b')], []), diagnosisPage([healthy], [])]) {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
    t.regex(policy, /^default-src 'none'; /);
    const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [style = '', ...more] = contents(page, 'style');
    t.deepEqual(more, []);
    t.true(policy.includes(`style-src ${digest(style)};`), policy);
    for (const script of contents(page, 'script')) t.true(policy.includes(`script-src ${digest(script)};`), policy);
  }
});

test('what comes from a bundle is escaped, wherever it is', (t) => {
  const hostile = '<script>document.title = "owned"</script>"><img src=x onerror=alert(1)>\u001B[31m';
  const facts = [{ fact: 'plain-namespace-file', path: hostile, magic: hostile } as const];
  const one: Diagnosis = {
    ...hanging,
    host: hostile,
    docker: hostile,
    kernel: hostile,
    os: hostile,
    findings: hanging.findings.map((finding) => ({
      ...finding,
      facts,
      culprits: [
        {
          pid: 1,
          connections: 1,
          share: 1,
          command: hostile,
          unit: hostile,
          container: { id: hostile, name: hostile },
        },
      ],
    })),
    facts,
    problems: [{ file: hostile, line: 1, expected: hostile, found: hostile }],
    incomplete: [{ file: hostile, status: 'cut', bytes: 1, reader: 'any', what: hostile }],
  };
  for (const page of [diagnosisPage([one], []), diagnosisPage([one, healthy], [{ source: hostile, why: hostile }])]) {
    t.false(page.includes('<img'));
    t.is(page.split('<script').length, page.includes('id="filter-text"') ? 2 : 1);
    t.false(page.includes('\u001B'));
    t.true(page.includes('&lt;script&gt;document.title'));
  }
});

test('one host has no table and no script; several have both; those that could not be read are told', (t) => {
  t.false(diagnosisPage([healthy], []).includes('<table>'));
  const page = diagnosisPage([named('a'), named('b', hanging)], [{ source: 'c.tar', why: 'it is empty' }]);
  t.true(page.includes('<h1>3 hosts: 1 affected, 1 exposed, 1 could not be read</h1>'));
  t.true(page.includes('<h2>c.tar: could not be read</h2>'));
  t.true(page.includes('npm run scenario stats-leak -- --daemon 1.13.1 --only client=agent-1.20'));
});
