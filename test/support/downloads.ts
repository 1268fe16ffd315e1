import pLimit from 'p-limit';
import { messageOf } from '../../harness/core/errors.ts';
import { levelNames } from '../../harness/core/levels.ts';
import { quietly } from '../../harness/fetch/cache.ts';
import { fetchDockerBuild } from '../../harness/fetch/docker-build.ts';
import { fetchKernel } from '../../harness/fetch/kernel.ts';
import { fetchKit } from '../../harness/fetch/kit.ts';
import { fetchUserland } from '../../harness/fetch/userland.ts';
import { kitRecipes } from '../../vms/kits.ts';

/*
 * Fills the cache with what the tests use, before they run, so that the time limit of a test depends neither on a mirror nor on a cold disk. A
 * download that fails is reported; the test that needs it tries again. `--all` adds what only slow tests use.
 */
const all = process.argv.includes('--all');
const dockers = ['20.10.24', '26.1.5', ...(all ? ['rolling'] : [])];
const kernels = ['5.10', '6.1', ...(all ? ['6.12', 'rolling'] : [])];
const userlands = ['tools', 'clients', ...(all ? ['maintainer-bookworm', 'maintainer-trixie', 'maintainer-sid'] : [])];

const fetching = quietly();
const downloads: { what: string; fetch: () => Promise<unknown> }[] = [
  ...dockers.map((name) => ({ what: `docker ${name}`, fetch: () => fetchDockerBuild(name, fetching) })),
  ...levelNames(kitRecipes).map((name) => ({ what: `the kit ${name}`, fetch: () => fetchKit(name, fetching) })),
  ...kernels.map((name) => ({ what: `the kernel ${name}`, fetch: () => fetchKernel(name, fetching) })),
  ...userlands.map((name) => ({ what: `the userland ${name}`, fetch: () => fetchUserland(name, fetching) })),
];

// One unpacks while another downloads.
const two = pLimit(2);
await Promise.all(
  downloads.map(({ what, fetch }) =>
    two(async () => {
      try {
        await fetch();
      } catch (error) {
        process.stdout.write(`The download of ${what} failed, and is tried again by its tests: ${messageOf(error)}\n`);
      }
    }),
  ),
);
