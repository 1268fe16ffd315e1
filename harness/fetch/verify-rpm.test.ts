import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { createMessage, generateKey, readKey, readPrivateKey, sign } from 'openpgp';
import { cpio } from '../machines/microvm/cpio.ts';
import { scratch } from '../../test/support/scratch.ts';
import { extraKeysSetting, rpmPublishers, type RpmPublisher } from '../../vms/rpm-publishers.ts';
import { failureOf, silently } from './fixtures.ts';
import { checkSignature, withoutArmour } from './gpgv.ts';
import { mainHeader, makeRpm, type RpmFacts } from './packages/fixtures.ts';
import { verifyRpm, type RpmSource } from './verify-rpm.ts';

const payload = gzipSync(cpio([{ path: 'usr/bin/dockerd', kind: 'file', mode: 0o755, content: Buffer.from('x') }]));
const facts: RpmFacts = { name: 'docker', version: '1.13.1', release: '1', architecture: 'x86_64' };
const own: RpmSource = { from: 'user' };
const publisher: RpmSource = { from: 'publisher', publisher: 'centos-7' };
const mirror: RpmSource = { from: 'mirror', publisher: 'centos-7' };

/** The tags of signatures of header and payload, and of the header alone (rpmtag.h). */
const [whole, headerOnly] = [1002, 268];

/** A key made for this file, as a publisher keeps it. */
async function makeKey() {
  const { privateKey, publicKey } = await generateKey({
    type: 'rsa',
    rsaBits: 2048,
    userIDs: [{ name: 'a test' }],
    format: 'armored',
  });
  const signingKeys = await readPrivateKey({ armoredKey: privateKey });
  const fingerprint = (await readKey({ armoredKey: publicKey })).getFingerprint().toUpperCase();
  return {
    publicKey,
    fingerprint,
    id: fingerprint.slice(-16),
    sign: async (data: Buffer) =>
      Buffer.from(
        await sign({ message: await createMessage({ binary: data }), signingKeys, detached: true, format: 'binary' }),
      ),
  };
}
type Key = Awaited<ReturnType<typeof makeKey>>;
let key: Key;
let stranger: Key;
test.before(async () => {
  [key, stranger] = await Promise.all([makeKey(), makeKey()]);
});

async function signedRpm(by: Key, { at = whole, of = facts }: { at?: number; of?: RpmFacts } = {}) {
  const main = mainHeader(of);
  const packet = await by.sign(at === headerOnly ? main : Buffer.concat([main, payload]));
  return makeRpm(of, payload, { digests: true, signatures: { [at]: packet } });
}

/** Replaces the content, and every digest that the signature header has of it. */
function forged(rpm: Buffer, by: Buffer): Buffer {
  const at = rpm.indexOf(payload);
  const signature = rpm.subarray(0, at - mainHeader(facts).length);
  return Buffer.concat([withoutDigests(signature), mainHeader(facts), by]);
}

/** Renames the tag of the MD5 digest to one that has no meaning. */
function withoutDigests(header: Buffer): Buffer {
  const copy = Buffer.from(header);
  const entry = copy.indexOf(Buffer.from([0, 0, 3, 0xec, 0, 0, 0, 7]));
  copy.writeUInt32BE(9999, entry);
  return copy;
}

const verify = (rpm: Buffer, source: RpmSource) => verifyRpm(rpm, 'docker.rpm', source, silently('unused'));

/** A test whose user has named a file with the key of {@link key}. */
function testWithKey(title: string, implementation: (t: ExecutionContext) => Promise<void>): void {
  test.serial(title, async (t) => {
    const file = join(scratch(t), 'keys.asc');
    await writeFile(file, key.publicKey);
    process.env[extraKeysSetting] = file;
    t.teardown(() => delete process.env[extraKeysSetting]);
    await implementation(t);
  });
}

testWithKey('a package with the right signature, of the whole and of its header', async (t) => {
  const expected = { signed: 'verified', fingerprint: key.fingerprint } as const;
  for (const source of [own, publisher, mirror]) t.deepEqual(await verify(await signedRpm(key), source), expected);
  const digested = { ...facts, payloadDigest: createHash('sha256').update(payload).digest('hex') };
  t.deepEqual(await verify(await signedRpm(key, { at: headerOnly, of: digested }), publisher), expected);
});

testWithKey('a package without a signature: the user’s and a mirror’s are taken, a publisher’s is not', async (t) => {
  const rpm = makeRpm(facts, payload, { digests: true });
  t.deepEqual(await verify(rpm, own), { signed: 'no' });
  t.deepEqual(await verify(rpm, mirror), { signed: 'no' });
  t.is(
    await failureOf(verify(rpm, publisher)),
    `LabError checking the signature of docker.rpm: it has no signature
  expected: a package that CentOS 7 signed with its key 6341AB2753D78A78A7C27BB124C6A8A7F4A80EB5
  what you can do: a proxy or mirror may have altered it: download it from its publisher, and compare its digest`,
  );
});

testWithKey(
  'a package that a stranger signed: the user’s is taken, a publisher’s and a mirror’s are not',
  async (t) => {
    const rpm = await signedRpm(stranger);
    t.deepEqual(await verify(rpm, own), { signed: 'unknown-key', key: stranger.id });
    for (const source of [publisher, mirror]) {
      t.is(
        await failureOf(verify(rpm, source)),
        `LabError checking the signature of docker.rpm: it is signed with the key ${stranger.id}
  expected: a package that CentOS 7 signed with its key 6341AB2753D78A78A7C27BB124C6A8A7F4A80EB5
  what you can do: if that is the key of your publisher, set DOCKERD_LEAK_LAB_RPM_KEYS to a file with it`,
      );
    }
  },
);

testWithKey('a signature that does not fit its package is refused everywhere, with right digests, too', async (t) => {
  const rpm = forged(await signedRpm(key), gzipSync(cpio([])));
  for (const source of [own, publisher, mirror]) {
    const failure = await failureOf(verify(rpm, source));
    const happened = `its signature with the key ${key.id} does not fit its content`;
    t.true(failure.startsWith(`LabError checking the signature of docker.rpm: ${happened}\n`), failure);
  }
});

testWithKey('a signature of the header alone covers a payload only by a digest', async (t) => {
  t.regex(
    await failureOf(verify(await signedRpm(key, { at: headerOnly }), publisher)),
    /^LabError reading an RPM: its signature is of its header alone, which has no digest of its payload\n/,
  );
  const wrong = { ...facts, payloadDigest: 'ab'.repeat(32) };
  t.regex(
    await failureOf(verify(await signedRpm(key, { at: headerOnly, of: wrong }), publisher)),
    /^LabError reading an RPM: the sha256 of its payload is [0-9a-f]{64}, and its header says (?:ab){32}\n/,
  );
});

testWithKey('junk instead of a signature', async (t) => {
  const rpm = makeRpm(facts, payload, { digests: true, signatures: { [whole]: Buffer.from('no packet') } });
  t.regex(
    await failureOf(verify(rpm, own)),
    /^LabError checking the signature of docker\.rpm: gpgv did not accept its signature \((?:NODATA|ERRSIG).*\)\n/,
  );
});

testWithKey('a publisher whose key the lab does not have', async (t) => {
  const rpm = await signedRpm(stranger);
  const elrepo = { from: 'publisher', publisher: 'elrepo' } as const;
  t.regex(await failureOf(verify(rpm, elrepo)), /^LabError .*: it is signed with the key [0-9A-F]{16}\n/);
  await writeFile(process.env[extraKeysSetting] ?? '', stranger.publicKey);
  t.deepEqual(await verify(rpm, elrepo), { signed: 'verified', fingerprint: stranger.fingerprint });
  delete process.env[extraKeysSetting];
  t.regex(await failureOf(verify(rpm, elrepo)), /^LabError .*: it is signed with the key [0-9A-F]{16}\n/);
});

test('the files of keys are the ones whose fingerprints their publishers list', async (t) => {
  const publishers: readonly RpmPublisher[] = Object.values(rpmPublishers);
  const directory = new URL('../../vms/rpm-keys/', import.meta.url);
  const listed = publishers.flatMap(({ file, fingerprint }) => (file === undefined ? [] : { file, fingerprint }));
  t.deepEqual((await readdir(directory)).toSorted(), listed.map(({ file }) => file).toSorted());
  for (const { file, fingerprint } of listed) {
    const armoredKey = await readFile(new URL(file, directory), 'utf8');
    t.is((await readKey({ armoredKey })).getFingerprint().toUpperCase(), fingerprint);
    const binaryKey = withoutArmour(Buffer.from(armoredKey));
    t.is((await readKey({ binaryKey })).getFingerprint().toUpperCase(), fingerprint);
  }
});

test('nothing of a check stays behind', async (t) => {
  await checkSignature(
    { packet: await key.sign(payload), signed: payload },
    [Buffer.from(key.publicKey)],
    silently(''),
  );
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith('dockerd-leak-lab-gpgv-'));
  t.deepEqual(left, []);
});
