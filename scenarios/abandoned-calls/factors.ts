import { levelReader } from '../../harness/core/levels.ts';
import { endpointNames } from './endpoints.ts';
import { leavingNames } from './leavings.ts';

/** States of the container that the calls are about. */
const states = [
  /** It prints a line at its start, and nothing after that. */
  'silent',
  /** It prints some 400 kB a second. */
  'chatty',
  /** It is silent, and is killed between the calls and the leaving. */
  'exits',
  'paused',
  /** It is silent, and is restarted between the calls and the leaving. */
  'restarted',
] as const;
export type ContainerState = (typeof states)[number];

/** The factors of abandoned-calls. */
export const factors = [
  { name: 'endpoint', levels: endpointNames },
  { name: 'leaving', levels: leavingNames, defaults: ['closes'] },
  { name: 'container', levels: states, defaults: ['silent'] },
] as const;

/** Reads a level of a cell. */
export const level = levelReader(factors);
