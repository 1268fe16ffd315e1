import path from 'node:path';

/**
 * The files that take longest (`test/run.ts --times`): they begin first, and short ones fill up what is left of the cores. Those that wait for
 * a daemon's ticks are mixed with those that compute.
 */
const longest = [
  'harness/machines/agent/agent',
  'harness/fetch/packages/fuzz',
  'test/netns-restore',
  'test/kmem-slab',
  'test/stats-leak',
  'test/report-pages',
  'test/hostile/damage',
  'test/abandoned-calls',
  'test/hostile/paths',
  'test/diagnose',
  'test/collector-stall',
  'test/hostile/terminal',
  'test/two-runs',
  'test/microvm-life',
  'test/kernels',
  'test/microvm',
  'test/slow/vagrant-box',
  'test/slow/hostile-fuzz',
  'test/slow/reproducer',
  'test/slow/fleet-night',
  'test/slow/microvm-docker',
  'test/slow/container-churn',
].map((name) => path.join(import.meta.dirname, `${name}.test.ts`));

const rank = (file) => {
  const index = longest.indexOf(file);
  return index === -1 ? longest.length : index;
};

export default {
  extensions: ['ts'],
  files: ['harness/**/*.test.ts', 'scenarios/**/*.test.ts', 'vms/**/*.test.ts', 'test/**/*.test.ts'],
  require: ['./test/support/worker-start.ts'],
  sortTestFiles: (one, other) => rank(one) - rank(other),
  concurrency: 2,
  // Against tests that hang. The slowest host so far took three times as long as others: a page fault cost it 12 µs.
  timeout: '15m',
};
