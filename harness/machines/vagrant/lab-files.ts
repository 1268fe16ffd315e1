import path from 'node:path';
import type { Obtaining } from '../../../vms/build.ts';
import { obtainKit } from '../../fetch/kit.ts';
import { obtainStaticProgram } from '../../fetch/static-program.ts';
import type { Member } from '../container/archive.ts';
import { lineSource } from '../container/lab-files.ts';
import { guestInit } from '../agent/guest-init.ts';
import { labDirectory } from './connection.ts';

/** The lab's files in a box: its agent, the program that joins it to ssh, and the tools that scenarios use. All are static. */
export async function obtainLabFiles(obtaining: Obtaining): Promise<Member[]> {
  const kit = await obtainKit('guest', obtaining);
  const files = {
    'bin/busybox': path.join(kit.root, 'usr/bin/busybox'),
    line: await obtainStaticProgram(lineSource, obtaining),
    init: await obtainStaticProgram(guestInit, obtaining),
  };
  return Object.entries(files).map(([name, source]) => ({ source, target: path.join(labDirectory, name) }));
}
