import { scenarios } from '../../../scenarios/index.ts';
import { machineKinds } from '../../machines/registry.ts';
import { runAsChild } from './as-child.ts';

await runAsChild({ scenarios, kinds: machineKinds });
