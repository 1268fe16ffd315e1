import type { DockerBuild } from '../../../vms/build.ts';
import type { Box } from '../../../vms/boxes.ts';
import { NotApplicableError } from '../../core/errors.ts';

/** The way a box gets a docker build: the settings for the Vagrantfile, and the steps that they cause. */
export interface DockerOfBox {
  /** `LAB_DOCKER`. */
  setting: string;
  /** Provisioners of the Vagrantfile, in order. */
  provisioners: readonly string[];
  /** `PATH` for what has to do with it. */
  path: string;
}

const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';

/** A box without any docker, for what is about its kernel alone. */
const none: DockerOfBox = { setting: 'none', provisioners: [], path: `/usr/local/bin:${systemPath}` };

/**
 * Chooses how a docker gets into a box. Binaries in a directory are copied into any; a package of Debian is for its own suite; and
 * with `LAB_DOCKER=distribution` a box's own docker is taken, as CentOS' patched one, when it has the version of the build.
 *
 * @throws {NotApplicableError} for a docker that this box cannot have
 */
export function dockerOfBox(box: Box, build: DockerBuild | undefined, chosen = process.env['LAB_DOCKER']): DockerOfBox {
  if (!build) return none;
  const { origin } = build;
  if (origin.kind === 'replica')
    throw cannot(
      box,
      build,
      'the replica is for hosts that have the lab’s own userland',
      'take --machine local or microvm',
    );
  const isOfSuite = origin.kind === 'debian' && box.distribution === 'debian' && origin.suite === box.point;
  if (chosen === 'distribution' || isOfSuite) {
    if (box.docker === undefined)
      throw cannot(box, build, 'its distribution has no docker', 'bring binaries with --daemon DIRECTORY');
    return { setting: 'distribution', provisioners: [box.docker], path: systemPath };
  }
  if (origin.kind === 'debian') {
    const happened = `the build is a package of Debian ${origin.suite}, which the box has not`;
    throw cannot(box, build, happened, 'bring static binaries with --daemon DIRECTORY or --daemon FILE.tgz');
  }
  const binaries = build.mounts[0];
  if (!binaries)
    throw cannot(box, build, 'its binaries lie in no directory of their own', 'bring them with --daemon DIRECTORY');
  return {
    setting: binaries.source,
    provisioners: ['docker-binaries', 'docker-directory'],
    path: `/usr/local/bin:${systemPath}`,
  };
}

/** @throws {NotApplicableError} when the box's docker has another version than the build that the cell is about */
export function requireVersion(box: Box, build: DockerBuild, said: string): void {
  const version = /version ([^\s,]+)/.exec(said)?.[1] ?? '';
  // Distributions add their own words: 20.10.24+dfsg1.
  if (version === build.version || version.startsWith(`${build.version}+`) || version.startsWith(`${build.version}-`))
    return;
  const happened = version === '' ? `dockerd --version says ${JSON.stringify(said)}` : `it is ${version}`;
  throw cannot(box, build, `the docker of the box is another: ${happened}`, 'bring binaries with --daemon DIRECTORY');
}

function cannot(box: Box, build: DockerBuild, happened: string, hint: string): NotApplicableError {
  return new NotApplicableError({
    doing: `bringing docker ${build.name} into the box ${box.name}`,
    expected: 'a build that it can have',
    happened,
    hint,
  });
}
