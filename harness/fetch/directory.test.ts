import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { fetchDockerBuild } from './docker-build.ts';
import { cacheWithTools, failureOf, programsOf, silently, testWithUserland, writePrograms } from './fixtures.ts';

async function failureWith(directory: string): Promise<string> {
  return failureOf(fetchDockerBuild(directory, silently(await cacheWithTools())));
}

testWithUserland('a directory, with the binaries in it or in its folder docker', async (t) => {
  const cache = await cacheWithTools();
  const directory = scratch(t);
  const folder = join(directory, 'docker');
  await writePrograms(folder, { ...programsOf('1.13.1', '092cba3'), 'docker-proxy': '', 'other-program': '' });
  await symlink('docker-runc', join(folder, 'docker-init'));
  await symlink('/usr/bin/env', join(folder, 'docker-elsewhere'));
  await writeFile(join(folder, 'docker-not-executable'), '');
  const inFolder = await fetchDockerBuild(directory, silently(cache));
  const { binaries, userland, ...rest } = await fetchDockerBuild(folder, silently(cache));
  t.is(userland.root, join(cache, 'userlands/tools/root'));
  t.deepEqual(rest, {
    name: '1.13.1',
    version: '1.13.1',
    commit: '092cba3',
    origin: { kind: 'directory', source: folder },
    mounts: [{ source: folder, target: '/opt/docker' }],
    path: '/opt/docker:/usr/sbin:/usr/bin:/sbin:/bin',
  });
  t.deepEqual(
    binaries.map(({ path }) => path),
    ['containerd', 'containerd-shim', 'init', 'proxy', 'runc']
      .map((name) => `/opt/docker/docker-${name}`)
      .concat('/opt/docker/dockerd'),
  );
  t.is(new Set(binaries.map(({ sha256 }) => sha256)).size, 5, 'docker-init is docker-runc here');
  t.deepEqual(inFolder.mounts, rest.mounts);
  t.deepEqual(inFolder.binaries, binaries);
});

testWithUserland('the programs of 18.09 and later have names without docker', async (t) => {
  const directory = scratch(t);
  await writePrograms(directory, { dockerd: 'Docker version 24.0.7, build 311b9ff' });
  await writePrograms(directory, { containerd: '', 'containerd-shim-runc-v2': '', runc: '' });
  const build = await fetchDockerBuild(directory, silently(await cacheWithTools()));
  t.is(build.name, '24.0.7');
});

testWithUserland('companions that are missing', async (t) => {
  const directory = scratch(t);
  await writePrograms(directory, {
    dockerd: 'Docker version 24.0.7, build 311b9ff',
    'docker-runc': '',
    containerd: '',
  });
  t.is(
    await failureWith(directory),
    `LabError looking at the docker build ${directory}: missing: containerd-shim-runc-v2, runc
  expected: the executables that dockerd 24.0.7 starts, beside it
  what you can do: copy them, from the same release, into the directory of dockerd`,
  );
  await writePrograms(directory, { dockerd: 'Docker version 1.13.1, build 092cba3' });
  t.is(
    await failureWith(directory),
    `LabError looking at the docker build ${directory}: missing: docker-containerd, docker-containerd-shim
  expected: the executables that dockerd 1.13.1 starts, beside it
  what you can do: copy them, from the same release, into the directory of dockerd`,
  );
});

testWithUserland('a docker that is too old', async (t) => {
  const directory = scratch(t);
  await writePrograms(directory, programsOf('1.11.2', 'b9f10c9'));
  t.is(
    await failureWith(directory),
    `NotApplicableError looking at the docker build ${directory}: it is 1.11.2
  expected: docker 1.12 or later
  what you can do: bring a later one; live-restore, which the lab is about, came with 1.12`,
  );
});

test('a directory without dockerd', async (t) => {
  const directory = scratch(t);
  const hint = 'bring the folder that dockerd lies in. Docker before 1.12 has no dockerd and is too old for the lab';
  t.is(
    await failureOf(fetchDockerBuild(directory, silently('/nonexistent'))),
    `LabError looking at the docker build ${directory}: it is empty
  expected: a file dockerd, in it or in its folder docker
  what you can do: ${hint}`,
  );
  await writePrograms(directory, { docker: '', 'docker-runc': '' });
  t.is(
    await failureOf(fetchDockerBuild(directory, silently('/nonexistent'))),
    `LabError looking at the docker build ${directory}: there is none; it has: docker docker-runc
  expected: a file dockerd, in it or in its folder docker
  what you can do: ${hint}`,
  );
});

test('a dockerd that is not executable', async (t) => {
  const directory = scratch(t);
  await writeFile(join(directory, 'dockerd'), '');
  t.is(
    await failureOf(fetchDockerBuild(directory, silently('/nonexistent'))),
    `LabError looking at the docker build ${directory}: it is there and is not executable, or is a link that leads out of the directory
  expected: an executable file dockerd
  what you can do: make it an executable file: chmod +x ${directory}/dockerd`,
  );
});

testWithUserland('a program named dockerd that is not it', async (t) => {
  const directory = scratch(t);
  await writePrograms(directory, { dockerd: 'git version 2.39.5' });
  const expected = `expected: /opt/docker/dockerd --version to print 'Docker version …, build …'`;
  t.is(
    await failureWith(directory),
    `LabError asking ${directory} for its version: it is not dockerd (it ended with exit code 0)
  ${expected}
  evidence:
    git version 2.39.5
  what you can do: bring a directory or tarball whose dockerd is the daemon of Docker`,
  );
  await writeFile(join(directory, 'dockerd'), '#!/nowhere/python\n');
  t.is(
    await failureWith(directory),
    `LabError asking ${directory} for its version: the userland does not have the interpreter or dynamic loader that it names
  ${expected}
  evidence:
    chroot: failed to run command '/opt/docker/dockerd': No such file or directory
  what you can do: bring a static build for ${process.arch}`,
  );
});

test('a dockerd for another architecture', async (t) => {
  const directory = scratch(t);
  const program = await readFile(process.execPath).then((content) => content.subarray(0, 4096));
  program.writeUInt16LE(process.arch === 'riscv64' ? 62 : 243, 18);
  await writeFile(join(directory, 'dockerd'), program, { mode: 0o755 });
  t.is(
    await failureOf(fetchDockerBuild(directory, silently('/nonexistent'))),
    `LabError looking at the docker build ${directory}: it is for ${process.arch === 'riscv64' ? 'x64' : 'riscv64'}
  expected: a dockerd for ${process.arch}
  what you can do: bring a build for ${process.arch}`,
  );
});

testWithUserland('a dockerd that needs a library which the userland lacks', async (t) => {
  const directory = scratch(t);
  // apt-get is where a userland can be made, and its libraries are not in one.
  await copyFile('/usr/bin/apt-get', join(directory, 'dockerd'));
  await chmod(join(directory, 'dockerd'), 0o755);
  const failure = await failureWith(directory);
  const [library = ''] = /libapt-\w+\.so\.[\d.]+/.exec(failure) ?? [];
  t.is(
    failure,
    `LabError asking ${directory} for its version: the dynamic loader of the userland cannot load it
  expected: /opt/docker/dockerd --version to print 'Docker version …, build …'
  evidence:
    /opt/docker/dockerd: error while loading shared libraries: ${library}: cannot open shared object file: No such file or directory
  what you can do: bring a static build; or put the library beside the program and make the program look there: patchelf --set-rpath '$ORIGIN' FILE`,
  );
});

testWithUserland('the directory is not written to, and nothing of the machine is in reach', async (t) => {
  const directory = scratch(t);
  await mkdir(directory, { recursive: true });
  const spy = '#!/bin/sh\ntouch /opt/docker/x 2>&1; ls -d /work /etc/shadow 2>&1; echo $$\n';
  await writeFile(join(directory, 'dockerd'), spy, { mode: 0o755 });
  t.true(
    (await failureWith(directory)).includes(`
    touch: /opt/docker/x: Read-only file system
    ls: /work: No such file or directory
    ls: /etc/shadow: No such file or directory
    1
`),
  );
});

test('layouts that have no dockerd where it is looked for', async (t) => {
  const advice = async (...names: string[]) => {
    const directory = scratch(t);
    await writePrograms(directory, Object.fromEntries(names.map((name) => [name, 'x'])));
    return /what you can do: (.*)$/s.exec(await failureOf(fetchDockerBuild(directory, silently('/nonexistent'))))?.[1];
  };
  t.is(
    await advice('dockerd-current', 'docker-current'),
    "these are Red Hat's names: bring the package itself as --daemon FILE.rpm, or copy the executables of /usr/bin and /usr/libexec/docker into one directory, without the ending -current",
  );
  t.is(
    await advice('dockerd-rootless.sh', 'rootlesskit', 'vpnkit'),
    'these are the extras for rootless mode: bring docker-VERSION.tgz of the same release, too, in the same directory',
  );
  t.is(
    await advice('docker'),
    'bring the folder that dockerd lies in. Docker before 1.12 has no dockerd and is too old for the lab',
  );
});
