import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** One thing that is needed of the host. */
export interface Requirement {
  what: string;
  met: boolean;
  /** The state that was found. */
  found: string;
  /** Advice for when it is not met. */
  fix: string;
}

/** Requires what every machine of the lab needs. */
export function requireLinux(): Requirement {
  return {
    what: 'Linux on x86-64',
    met: process.platform === 'linux' && process.arch === 'x64',
    found: `${process.platform} on ${process.arch}`,
    fix: 'use a Linux host, or a virtual machine with one',
  };
}

/** Requires programs in `PATH`. */
export async function requireTools(wanted: readonly string[], fix: string): Promise<Requirement> {
  const missing: string[] = [];
  for (const tool of wanted) {
    if ((await findTool(tool)) === undefined) missing.push(tool);
  }
  const found = missing.length === 0 ? wanted.join(' ') : `missing: ${missing.join(' ')}`;
  return { what: 'tools', met: missing.length === 0, found, fix };
}

/** The absolute path of a program in `PATH`; undefined where it is in none of its directories. */
export async function findTool(tool: string): Promise<string | undefined> {
  const places = (process.env['PATH'] ?? '').split(':').filter(Boolean);
  const files = places.map((directory) => path.resolve(directory, tool));
  const there = await Promise.all(files.map((file) => isThere(file, constants.X_OK)));
  return files[there.indexOf(true)];
}

/** Whether a file exists and is accessible in a mode of access(2). */
export async function isThere(file: string, mode: number = constants.F_OK): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
