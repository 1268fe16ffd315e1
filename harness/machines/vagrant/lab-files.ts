import path from 'node:path';
import type { Obtaining } from '../../../vms/build.ts';
import { obtainKit } from '../../fetch/kit.ts';
import { obtainStaticProgram } from '../../fetch/static-program.ts';
import type { Member } from '../container/archive.ts';
import { lineSource } from '../container/lab-files.ts';
import { guestInit } from '../agent/guest-init.ts';
import { labDirectory } from './connection.ts';

/** What the lab brings into a box: its agent, what joins that to ssh, and the tools that scenarios use. All are static. */
export async function obtainLabFiles(obtaining: Obtaining): Promise<Member[]> {
  const kit = await obtainKit('guest', obtaining);
  const files = {
    'bin/busybox': path.join(kit.root, 'usr/bin/busybox'),
    line: await obtainStaticProgram(lineSource, obtaining),
    init: await obtainStaticProgram(guestInit, obtaining),
  };
  return Object.entries(files).map(([name, source]) => ({ source, target: path.join(labDirectory, name) }));
}
