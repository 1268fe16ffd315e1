import test from 'ava';
import { fakeBuild } from '../../../test/support/fake-machine.ts';
import type { DockerBuild } from '../../../vms/build.ts';
import { boxes, type Box } from '../../../vms/boxes.ts';
import { NotApplicableError } from '../../core/errors.ts';
import { dockerOfBox, requireVersion } from './docker-of-box.ts';

function box(name: string): Box {
  const found = boxes.find((one) => one.name === name);
  if (!found) throw new Error(`no box ${name}`);
  return found;
}

const bookworm: DockerBuild = {
  ...fakeBuild,
  origin: { kind: 'debian', suite: 'bookworm', package: 'docker.io', version: '20.10.24+dfsg1-1+deb12u1' },
};
const own: DockerBuild = {
  ...fakeBuild,
  origin: { kind: 'directory', source: '/home/user/docker' },
  mounts: [{ source: '/home/user/docker', target: '/opt/docker' }],
};

test('a package of Debian is for a box of its suite', (t) => {
  t.deepEqual(dockerOfBox(box('debian-12'), bookworm, undefined), {
    setting: 'distribution',
    provisioners: ['docker-debian'],
    path: '/usr/sbin:/usr/bin:/sbin:/bin',
  });
  const error = t.throws(() => dockerOfBox(box('centos-7.3'), bookworm, undefined), { instanceOf: NotApplicableError });
  t.is(
    error.message,
    [
      `bringing docker ${fakeBuild.name} into the box centos-7.3: the build is a package of Debian bookworm, which the box has not`,
      '  expected: a build that it can have',
      '  what you can do: bring static binaries with --daemon DIRECTORY or --daemon FILE.tgz',
    ].join('\n'),
  );
});

test('binaries of the user go into any box, and CentOS’ own docker is taken when it is asked for', (t) => {
  t.like(dockerOfBox(box('centos-7.3'), own, undefined), {
    setting: '/home/user/docker',
    provisioners: ['docker-binaries', 'docker-directory'],
  });
  t.like(dockerOfBox(box('centos-7.3'), own, 'distribution'), {
    setting: 'distribution',
    provisioners: ['docker-centos'],
  });
  t.throws(() => dockerOfBox(box('centos-8'), own, 'distribution'), {
    instanceOf: NotApplicableError,
    message: /its distribution has no docker/,
  });
});

test('what can’t be: the replica; and none is needed for a kernel', (t) => {
  const replica: DockerBuild = { ...fakeBuild, origin: { kind: 'replica', source: 'x', sha256: 'x' } };
  t.throws(() => dockerOfBox(box('debian-12'), replica), {
    instanceOf: NotApplicableError,
    message: /the replica is for/,
  });
  t.is(dockerOfBox(box('debian-12'), undefined).setting, 'none');
});

test('the docker of a box has to be the version that the cell is about', (t) => {
  const build = { ...bookworm, name: '20.10.24', version: '20.10.24' };
  for (const said of [
    'Docker version 20.10.24+dfsg1, build 5d6db84',
    'Docker version 20.10.24, build 297e128',
    'Docker version 20.10.24-ce, build 297e128',
  ])
    t.notThrows(() => requireVersion(box('debian-12'), build, said));
  for (const said of ['Docker version 20.10.2, build 1', 'Docker version 20.10.240, build 1', 'sh: dockerd: not found'])
    t.throws(() => requireVersion(box('debian-12'), build, said), {
      instanceOf: NotApplicableError,
      message: /the docker of the box is another/,
    });
});
