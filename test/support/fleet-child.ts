import { runAsChild } from '../../harness/fleet/worker/as-child.ts';
import { moodyRegistries } from './fleet-fakes.ts';

await runAsChild(moodyRegistries);
