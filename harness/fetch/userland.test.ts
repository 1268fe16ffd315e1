import { execFile } from 'node:child_process';
import { access, mkdir, readFile, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { scratch } from '../../test/support/scratch.ts';
import { NotApplicableError } from '../core/errors.ts';
import { failureOf, serve, silently, startScript, testWithUserland } from './fixtures.ts';
import { fetchUserland } from './userland.ts';

const shell = promisify(execFile);

/** Sets variables of the environment until the test ends; so these tests are serial. */
function environment(t: { teardown: (undo: () => void) => void }, variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    t.teardown(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

/** apt's own configuration with a line more; loopback is never asked through a proxy. */
async function aptConfig(directory: string, ...lines: string[]): Promise<{ APT_CONFIG: string }> {
  const file = join(directory, 'apt.conf');
  await writeFile(file, ['Acquire::http::Proxy::127.0.0.1 "DIRECT";', ...lines, ''].join('\n'));
  return { APT_CONFIG: file };
}

testWithUserland('the userland of tools, from the packages of the mirror of this machine', async (t) => {
  const cache = scratch(t);
  const seen: string[] = [];
  const { name, root, packages } = await fetchUserland('tools', silently(cache, seen));
  t.is(name, 'tools');
  t.is(root, join(cache, 'userlands/tools/root'));
  t.regex(packages['iptables'] ?? '', /^1\.8\./);
  t.true(seen.some((what) => /^tools: downloading \d+ packages$/.test(what)));
  t.true(seen.some((what) => /^tools: unpacking \d+ packages$/.test(what)));

  const { stdout } = await shell('chroot', [
    root,
    'sh',
    '-c',
    'iptables --version; unshare --version; ls /; cat /etc/group',
  ]);
  t.regex(stdout, /^iptables v1\.8\.\d+ \(nf_tables\)\nunshare from util-linux /);
  t.regex(stdout, /^docker:x:999:$/m);
  t.is(await readlink(join(root, 'usr/bin/ls')), 'busybox');
  t.is(await readlink(join(root, 'var/run')), '/run');
  const programs = (await Promise.all(['usr/bin', 'usr/sbin'].map((folder) => readdir(join(root, folder))))).flat();
  t.deepEqual(
    programs.filter((program) => /^(?:docker|containerd|runc|modprobe)/.test(program)),
    [],
  );
  await access(join(root, 'opt/docker'));
  t.deepEqual(await readdir(join(cache, 'apt')), [], 'downloaded packages are not kept');
  t.deepEqual(await readdir(join(cache, 'staging')), []);
});

test.serial('an unknown userland', async (t) => {
  t.is(
    await failureOf(fetchUserland('buster', silently('/nonexistent'))),
    "UsageError There is no userland 'buster'. Known userlands: bullseye, bookworm, trixie, sid, maintainer-bookworm, maintainer-trixie, maintainer-sid, boxes, box, rpm, tools, clients.",
  );
});

test.serial('a machine whose apt has no sources of Debian', async (t) => {
  const cache = scratch(t);
  const empty = ['Dir::Etc::SourceList "/dev/null";', 'Dir::Etc::SourceParts "/dev/null";'];
  environment(t, await aptConfig(cache, ...empty));
  t.is(
    await failureOf(fetchUserland('tools', silently(cache))),
    `NotApplicableError fetching the userland tools: none of the sources of apt on this machine is one
  expected: a Debian mirror
  evidence:
    (apt-get indextargets names no source)
  what you can do: set DOCKERD_LEAK_LAB_DEBIAN_MIRROR to the address of a Debian mirror`,
  );
});

test.serial('a machine without apt-get', async (t) => {
  const cache = scratch(t);
  const programs = join(cache, 'bin');
  await mkdir(programs);
  for (const program of ['setpriv', 'flock', 'sh', 'cat']) {
    const { stdout } = await shell('sh', ['-c', `command -v ${program}`]);
    await symlink(stdout.trim(), join(programs, program));
  }
  environment(t, { PATH: programs });
  t.is(
    await failureOf(fetchUserland('tools', silently(cache))),
    `NotApplicableError fetching the userland tools: this machine has none
  expected: a machine with apt-get
  what you can do: run the lab on Debian or Ubuntu, or set DOCKERD_LEAK_LAB_CACHE to a cache that was filled on such a machine`,
  );
});

test.serial('a mirror that does not have the suite', async (t) => {
  const cache = scratch(t);
  const address = await serve(t, (_request, response) => void response.writeHead(404).end());
  environment(t, { ...(await aptConfig(cache)), DOCKERD_LEAK_LAB_DEBIAN_MIRROR: `${address}/debian` });
  t.is(
    await failureOf(fetchUserland('tools', silently(cache))),
    `NotApplicableError fetching the userland tools: the mirror does not have that suite
  expected: the suite bookworm on the Debian mirror ${address}/debian
  evidence:
    E: The repository '${address}/debian bookworm Release' does not have a Release file.
  what you can do: set DOCKERD_LEAK_LAB_DEBIAN_MIRROR to the address of another mirror`,
  );
});

test.serial('a mirror whose Release file is not signed', async (t) => {
  const cache = scratch(t);
  const address = await serve(t, ({ url = '' }, response) => {
    if (url.endsWith('/Release')) response.end('Origin: Debian\nSuite: oldstable\nCodename: bookworm\n');
    else response.writeHead(404).end();
  });
  const mirror = address.replace('//', '//me:secret@');
  environment(t, { ...(await aptConfig(cache)), DOCKERD_LEAK_LAB_DEBIAN_MIRROR: mirror });
  t.is(
    await failureOf(fetchUserland('tools', silently(cache))),
    `LabError fetching the userland tools: the signature of that file is wrong
  expected: a Release file of bookworm on ${address} that is signed by the keyring
  evidence:
    E: The repository '${address} bookworm Release' is not signed.
  what you can do: update the package debian-archive-keyring, or set DOCKERD_LEAK_LAB_DEBIAN_KEYRING to a file with the keys`,
  );
});

test.serial('a keyring that is not there', async (t) => {
  const cache = scratch(t);
  environment(t, { DOCKERD_LEAK_LAB_DEBIAN_KEYRING: '/nonexistent.gpg' });
  t.is(
    await failureOf(fetchUserland('tools', silently(cache))),
    `LabError fetching the userland tools: that file is not there or cannot be read
  expected: the keys of Debian's archive in /nonexistent.gpg
  what you can do: correct DOCKERD_LEAK_LAB_DEBIAN_KEYRING`,
  );
});

test.serial('giving up leaves no process behind', async (t) => {
  const cache = scratch(t);
  const stop = new AbortController();
  const address = await serve(t, () =>
    stop.abort(new NotApplicableError({ doing: 'a', expected: 'b', happened: 'c' })),
  );
  environment(t, { ...(await aptConfig(cache)), DOCKERD_LEAK_LAB_DEBIAN_MIRROR: address });
  const failure = await failureOf(fetchUserland('tools', { ...silently(cache), signal: stop.signal }));
  t.is(failure, 'NotApplicableError a: c\n  expected: b');
  t.deepEqual(await processesAbout(cache), []);
});

test.serial('being killed leaves no process behind', async (t) => {
  const cache = scratch(t);
  const asked = Promise.withResolvers<undefined>();
  const address = await serve(t, () => asked.resolve(undefined));
  environment(t, { ...(await aptConfig(cache)), DOCKERD_LEAK_LAB_DEBIAN_MIRROR: address });
  const code = `
    import { fetchUserland } from ${JSON.stringify(import.meta.resolve('./userland.ts'))};
    await fetchUserland('tools', { cache: process.env.APT_CONFIG.replace('/apt.conf', ''), progress() {} });`;
  const child = startScript(t, code);
  await asked.promise;
  t.not((await processesAbout(cache)).length, 0);
  child.kill('SIGKILL');
  for (let tries = 0; tries < 40 && (await processesAbout(cache)).length > 0; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  t.deepEqual(await processesAbout(cache), []);
});

async function processesAbout(cache: string): Promise<string[]> {
  const lines = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(cache));
}
