import path from 'node:path';
import type { Fetching } from '../../../vms/build.ts';
import { fetchKit } from '../../fetch/kit.ts';
import { fetchStaticProgram } from '../../fetch/static-program.ts';
import type { Member } from '../container/archive.ts';
import { lineSource } from '../container/lab-files.ts';
import { guestInit } from '../agent/guest-init.ts';
import { labDirectory } from './connection.ts';

/** The lab's files in a box: its agent, the program that joins it to ssh, and the tools that scenarios use. All are static. */
export async function fetchLabFiles(fetching: Fetching): Promise<Member[]> {
  const kit = await fetchKit('guest', fetching);
  const files = {
    'bin/busybox': path.join(kit.root, 'usr/bin/busybox'),
    line: await fetchStaticProgram(lineSource, fetching),
    init: await fetchStaticProgram(guestInit, fetching),
  };
  return Object.entries(files).map(([name, source]) => ({ source, target: path.join(labDirectory, name) }));
}
