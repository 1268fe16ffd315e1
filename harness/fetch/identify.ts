import { LabError, lastLines } from '../core/errors.ts';
import type { Userland } from '../../vms/build.ts';
import { run, type ProgramRun } from './programs/program.ts';
import { parseDockerVersion, type DockerVersion } from './version.ts';

/** Milliseconds. `dockerd --version` takes 0.1 s; ten times that on a machine that is busy with cells, and then some. */
const patience = 20_000;

/** Where the daemon to be asked lies. */
export interface AskedDaemon {
  userland: Userland;
  /** Inside the userland. */
  dockerd: string;
  /** Host directory that is shown at `/opt/docker`; left out for a build that is part of the userland. */
  brought?: string;
  /** For people: the directory or tarball, or the name of the userland. */
  source: string;
}

/** In namespaces of its own, as a file named dockerd may do anything when it is started. */
const askInside = `
set -e
if [ -n "$2" ]; then mount --bind "$2" "$1/opt/docker"; mount -o remount,bind,ro "$1/opt/docker"; fi
PATH=/opt/docker:/usr/sbin:/usr/bin exec chroot "$1" "$3" --version`;

/**
 * Asks a daemon what it is, inside the userland that it would run in.
 *
 * @throws {LabError} when it cannot be run there, or is not dockerd
 */
export async function identify(subject: AskedDaemon, signal?: AbortSignal): Promise<DockerVersion> {
  const { userland, dockerd, brought = '' } = subject;
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const namespaces = ['--mount', '--pid', '--net', '--ipc', '--uts', '--fork', '--kill-child=KILL'];
  const ran = await run(
    'unshare',
    [
      ...asRoot,
      ...namespaces,
      '--propagation',
      'private',
      'sh',
      '-c',
      askInside,
      'sh',
      userland.root,
      brought,
      dockerd,
    ],
    { signal, timeout: patience },
  );
  const version = ran.exitCode === 0 ? parseDockerVersion(ran.stdout) : undefined;
  if (version !== undefined) return version;
  throw new LabError({
    doing: `asking ${subject.source} for its version`,
    expected: `${dockerd} --version to print 'Docker version …, build …'`,
    ...explain(ran),
  });
}

function explain(ran: ProgramRun): { happened: string; evidence: string; hint: string } {
  const { exitCode, stdout, stderr, timedOut } = ran;
  const printed = `${stdout}${stdout === '' || stdout.endsWith('\n') ? '' : '\n'}${stderr}`;
  const evidence = lastLines(printed, 5) || '(it printed nothing)';
  const loader = printed
    .split('\n')
    .find((line) => /error while loading shared libraries: |version `[^']+' not found/.test(line));
  if (loader !== undefined) {
    return {
      happened: 'the dynamic loader of the userland cannot load it',
      evidence: loader.trim(),
      hint:
        'bring a static build; or put the library beside the program and make the program look there: ' +
        "patchelf --set-rpath '$ORIGIN' FILE",
    };
  }
  if (/^chroot: failed to run command .*: No such file or directory$/m.test(stderr)) {
    return {
      happened: 'the userland does not have the interpreter or dynamic loader that it names',
      evidence,
      hint: `bring a static build for ${process.arch}`,
    };
  }
  if (/^(?:unshare|mount|chroot): /m.test(stderr)) {
    return { happened: 'the machine does not let the lab make namespaces', evidence, hint: 'run the lab as root' };
  }
  const ending = timedOut
    ? `it had not ended after ${patience / 1000} s`
    : `it is not dockerd (it ended with ${exitCode === undefined ? 'a signal' : `exit code ${exitCode}`})`;
  return { happened: ending, evidence, hint: 'bring a directory or tarball whose dockerd is the daemon of Docker' };
}
