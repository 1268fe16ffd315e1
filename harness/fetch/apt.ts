import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { Fetching } from '../../vms/build.ts';
import type { PackageList } from '../../vms/debian.ts';
import { aptConfiguration } from './apt-configuration.ts';
import { aptFailure } from './apt-failure.ts';
import { findMirror, type Mirror } from './mirror.ts';
import { ProgramError, run } from './programs/program.ts';

/** A package as apt resolved it, and where it was put. */
export interface Archive {
  name: string;
  version: string;
  file: string;
}

/**
 * `'URI' mount_2.38.1-5_amd64.deb 134352 MD5Sum:…`: a line of apt-get --print-uris. The name of the file is what apt gives it; of a colon, an
 * underscore and a percent sign in a version it has the percent encoding.
 */
const uriLine = /^'[^']*' (([^_\s]+)_([^_\s]+)_[^_\s]+\.deb) \d+ /gm;

/**
 * Downloads packages and all that they depend on with the machine's own apt-get and a private apt root. What an earlier run has
 * downloaded is not downloaded again.
 *
 * @param directory the private root; archives stay in it until the caller removes it
 * @throws {LabError} saying which of apt's many ways to fail it was
 */
export async function downloadPackages(
  { name, what, suite, packages }: PackageList,
  directory: string,
  { progress, signal }: Fetching,
): Promise<Archive[]> {
  const doing = `fetching ${what}`;
  const mirror = await findMirror(doing, signal);
  const archives = join(directory, 'archives');
  for (const folder of ['state', 'lists/partial', 'archives/partial']) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  // Empty: in the eyes of apt nothing is installed, so that it resolves every dependency.
  await writeFile(join(directory, 'state/status'), '');
  await writeFile(join(directory, 'sources.list'), sourceLine(mirror, suite), { mode: 0o600 });
  const configuration = join(directory, 'apt.conf');
  await writeFile(configuration, aptConfiguration(directory));

  const apt = async (args: string[], step?: (count: string) => string): Promise<string> => {
    const onStatus = (line: string): void => {
      const [, percent, count] = /^dlstatus:\d+:([\d.]+):.* of (\d+)$/.exec(line) ?? [];
      if (count !== undefined && step) progress({ what: `${name}: ${step(count)}`, fraction: Number(percent) / 100 });
    };
    const ran = await run('apt-get', ['--config-file', configuration, ...args], { signal, onStatus });
    if (ran.exitCode === 0) return ran.stdout;
    throw aptFailure(ran, new ProgramError('apt-get', ran), {
      doing,
      what,
      suite,
      mirror: withoutPassword(mirror.address),
    });
  };
  progress({ what: `${name}: reading the package lists of ${suite}` });
  await apt(['update'], () => `reading the package lists of ${suite}`);
  const install = ['install', '--assume-yes', ...packages];
  // apt leaves out what is there already, and in a directory that does not exist nothing is. A simulation also orders the steps: 2.9 s of CPU instead of 1.0.
  const nowhere = `Dir::Cache::archives=${join(directory, 'nowhere')}`;
  const plan = await apt([...install, '--print-uris', '--option', nowhere]);
  await apt([...install, '--download-only'], (count) => `downloading ${count} packages`);
  return locate(plan, archives, doing);
}

/** The address may be the user's own, with an account in it, and failures go into reports. */
function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//');
}

function sourceLine({ address, keyring }: Mirror, suite: string): string {
  // `target=Packages`: the machine's configuration may ask for far more, such as icons and the contents of packages.
  return `deb [signed-by=${keyring} target=Packages] ${address} ${suite} main\n`;
}

async function locate(plan: string, archives: string, doing: string): Promise<Archive[]> {
  const present = new Set(await readdir(archives));
  return [...plan.matchAll(uriLine)].map(([, file = '', name = '', version = '']) => {
    if (present.has(file)) return { name, version: decodeURIComponent(version), file: join(archives, file) };
    throw new LabError({
      doing,
      expected: `${file} among what apt-get has downloaded to ${archives}`,
      happened: 'it is not there',
      hint: `remove the directory ${archives} and try again`,
    });
  });
}
