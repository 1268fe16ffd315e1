import os from 'node:os';
import { ownerState, ownOwner } from '../local/owner.ts';

/** Whatever the lab makes in an engine has these labels. */
const owner = 'dockerd-leak-lab.owner';
const host = 'dockerd-leak-lab.host';

/** The labels of what this process makes: the process, and the host on which that means something. */
export function ownLabels(): Record<string, string> {
  return { [owner]: ownOwner(), [host]: os.hostname() };
}

/** What the Engine API's lists are to be filtered by, for what the lab has made. */
export const ofTheLab = { label: [owner] };

/** Whether it was made on this host by a process that is dead. What another host has made in a shared engine is not. */
export function isLeft(labels: Readonly<Record<string, string>> | null | undefined): boolean {
  return labels?.[host] === os.hostname() && ownerState(labels[owner] ?? '') === 'dead';
}
