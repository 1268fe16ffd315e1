import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import anyTest, { type ExecutionContext } from 'ava';
import { messageOf } from '../core/errors.ts';
import { scratch } from '../../test/support/scratch.ts';
import type { Fetching } from '../../vms/build.ts';
import { fetchUserland } from './userland.ts';

const isRoot = process.getuid?.() === 0;

/** For tests that mount something. */
export const testAsRoot = isRoot ? anyTest : anyTest.skip;

/** For tests that make a userland from packages and run something in it; serial, as that is work for all cores. */
export const testWithUserland = isRoot && existsSync('/usr/bin/apt-get') ? anyTest.serial : anyTest.serial.skip;

/** Options to fetch, whose progress can be inspected. */
export function silently(cache: string, seen: string[] = []): Fetching {
  return { cache, progress: ({ what }) => void (seen.at(-1) === what || seen.push(what)) };
}

/** Name and whole message of what a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => `${error instanceof Error ? error.name : 'thrown'} ${messageOf(error)}`,
  );
}

let made: Promise<string> | undefined;

/**
 * A cache that has the userland `tools`, made from the machine's mirror: one for all tests of a file, or, to save time,
 * one that borrows it from the cache that `DOCKERD_LEAK_LAB_TEST_CACHE` names. It goes with the file.
 */
export function cacheWithTools(): Promise<string> {
  made ??= makeCache();
  return made;
}

anyTest.after.always(async () => {
  if (made !== undefined) await rm(await made, { recursive: true, force: true });
});

async function makeCache(): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), 'dockerd-leak-lab-test-'));
  const shared = process.env['DOCKERD_LEAK_LAB_TEST_CACHE'];
  if (shared) {
    await mkdir(join(cache, 'userlands'));
    await symlink(join(shared, 'userlands/tools'), join(cache, 'userlands/tools'));
  }
  await fetchUserland('tools', silently(cache));
  return cache;
}

/** Puts executable scripts into a directory: name → what it prints. */
export async function writePrograms(directory: string, programs: Record<string, string>): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, output] of Object.entries(programs)) {
    await writeFile(join(directory, name), `#!/bin/sh\necho '${output}'\n`);
    await chmod(join(directory, name), 0o755);
  }
}

/** The programs of a docker build of before 18.09, all of them scripts. */
export function programsOf(version: string, commit: string): Record<string, string> {
  const companions = ['docker-containerd', 'docker-containerd-shim', 'docker-runc'].map((name) => [name, name]);
  return { dockerd: `Docker version ${version}, build ${commit}`, ...Object.fromEntries(companions) };
}

/** A gzipped tarball, `docker.tgz`, whose folder `docker` has these programs: name → what it prints. */
export async function dockerTarball(t: ExecutionContext, programs: Record<string, string>): Promise<string> {
  const work = scratch(t);
  await writePrograms(join(work, 'content/docker'), programs);
  return tarOf(join(work, 'content'), join(work, 'docker.tgz'));
}

/** A gzipped tarball of what is in a directory. */
export async function tarOf(directory: string, file: string): Promise<string> {
  await promisify(execFile)('tar', ['--create', '--gzip', '--file', file, '--directory', directory, '.']);
  return file;
}

/** Starts a module, given as text, in a process of its own; `wrapper` is a program to start it with. */
export function startScript(t: ExecutionContext, code: string, wrapper: string[] = []): ChildProcess {
  const [program, ...args] = [...wrapper, process.execPath, '--input-type=module', '--eval', code];
  const child = spawn(program ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

/** All that a process prints before it ends. */
export async function outputOf(child: ChildProcess): Promise<string> {
  return child.stdout === null ? '' : text(child.stdout);
}

/** An HTTP server on the loopback interface; its address. */
export async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`;
}
