import { get } from './asks.ts';
import { healthy } from './script-healthy.ts';
import { lost } from './script-lost.ts';
import { remedied } from './script-remedies.ts';
import type { Step } from './step.ts';

/** Everything that is asked of both daemons, in this order. */
export const script: readonly Step[] = [...healthy, ...lost, ...remedied, get('ping at the end', '/_ping')];
