import path from 'node:path';
import type { Fetching } from '../../../vms/build.ts';
import { fetchKit } from '../../fetch/kit.ts';
import { fetchStaticProgram } from '../../fetch/static-program.ts';
import { guestInit } from '../agent/guest-init.ts';
import type { Member } from './archive.ts';

/** Where an image has the files that the lab puts into all. */
export const labDirectory = '/lab';

const guest = path.join(import.meta.dirname, 'guest');

/** The program that joins the agent's one descriptor to a program's two. */
export const lineSource = path.join(guest, 'line.c');

/** The lab's files in every image: a shell, the program of PID 1, and the agent. All are static. */
export async function fetchLabFiles(fetching: Fetching): Promise<Member[]> {
  const kit = await fetchKit('guest', fetching);
  const files = {
    busybox: path.join(kit.root, 'usr/bin/busybox'),
    'init.sh': path.join(guest, 'init.sh'),
    line: await fetchStaticProgram(lineSource, fetching),
    init: await fetchStaticProgram(guestInit, fetching),
  };
  return Object.entries(files).map(([name, source]) => ({ source, target: path.join(labDirectory, name) }));
}
