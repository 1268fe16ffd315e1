import test from 'ava';
import { fitCpus, projectCpus } from './cpu-projection.ts';

/** Bytes that grow by so many with each cgroup. */
function observed(each: number) {
  const series = (slope: number) => ({
    metric: 'unreclaimable',
    unit: 'bytes',
    per: 'cgroup',
    granularity: 4096,
    points: [0, 60, 120, 180, 240, 300].map((dose) => ({ dose, value: 1e7 + slope * dose })),
  });
  return { series: [series(each)], idle: [series(0)] };
}

test('a base and a share of each CPU, of cells that were measured', (t) => {
  const fit = fitCpus([
    { cpus: 1, bytes: 15_000 },
    { cpus: 2, bytes: 17_000 },
    { cpus: 4, bytes: 21_000 },
  ]);
  t.is(Math.round(fit?.base ?? 0), 13_000);
  t.is(Math.round(fit?.perCpu ?? 0), 2000);
});

test('a projection for the CPUs that were asked for stands among the others', (t) => {
  const cells = [1, 2].map((cpus) => ({
    cell: {
      kernel: '6.12',
      workload: 'page-cache',
      bootParameters: 'none',
      cpus: `${cpus}`,
      kmem: 'on',
      cgroups: 'usual',
    },
    version: '6.12.107',
    observations: observed(13_000 + 2000 * cpus),
  }));
  const [, , , line] = projectCpus(cells, { projectCpus: 64 });
  t.regex(
    line ?? '',
    /^ {2}13,000 B and 2,000 B for each CPU; projected: 29,000 B on 8, 77,000 B on 32, 141,000 B on 64, 269,000 B on 128$/,
  );
});

test('one number of CPUs shows no share', (t) => {
  t.is(fitCpus([]), undefined);
  t.is(
    fitCpus([
      { cpus: 2, bytes: 1 },
      { cpus: 2, bytes: 5 },
    ]),
    undefined,
  );
});
