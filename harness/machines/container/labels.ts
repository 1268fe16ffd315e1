import os from 'node:os';
import { ownerState, ownOwner } from '../local/owner.ts';

/** The labels of everything that the lab makes in an engine. */
const owner = 'dockerd-leak-lab.owner';
const host = 'dockerd-leak-lab.host';

/** The labels of what this process makes: the process, and the host on which that means something. */
export function ownLabels(): Record<string, string> {
  return { [owner]: ownOwner(), [host]: os.hostname() };
}

/** The filter for the Engine API's lists that selects what the lab has made. */
export const ofTheLab = { label: [owner] };

/** Whether it was made on this host by a process that is dead. False for things that another host has made in a shared engine. */
export function isLeft(labels: Readonly<Record<string, string>> | null | undefined): boolean {
  return labels?.[host] === os.hostname() && ownerState(labels[owner] ?? '') === 'dead';
}
