import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../core/errors.ts';
import type { Fetching } from '../../vms/build.ts';
import { fetchKit, programOf } from './kit.ts';
import type { RpmSignature } from './packages/rpm-signatures.ts';
import { run } from './programs/program.ts';
import { findInPath } from './qemu.ts';

/** The answer of `gpgv` about one signature. */
export type SignatureStatus =
  | { status: 'good'; fingerprint: string }
  | { status: 'bad'; key: string }
  /** Made with a key that was not given. */
  | { status: 'unknown-key'; key: string }
  /** Neither: an algorithm that it does not know, an expired key, no signature packet at all. */
  | { status: 'not-checked'; because: string };

/** Milliseconds for a signature: 150 MB are hashed in less than one second. */
const timeout = 60_000;

/** Decodes an armoured key, and returns a binary one as it is: `gpgv` reads keys in binary form only. */
export function withoutArmour(key: Buffer): Buffer {
  const text = key.toString('latin1');
  const blocks = [...text.matchAll(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([^]*?)^-----END/gm)];
  if (blocks.length === 0) return key;
  return Buffer.concat(
    blocks.map(([, block = '']) => {
      // RFC 9580, 6.2: headers, an empty line, the data, and a checksum behind `=` at the end.
      const body = block.replace(/^(?:[\w-]+: .*\r?\n)*\r?\n?/, '').replace(/^=.*$/m, '');
      return Buffer.from(body, 'base64');
    }),
  );
}

/**
 * Checks a signature with `gpgv`, the host's or Debian's in the cache, against these keys alone.
 *
 * @throws {NotApplicableError} when it is not installed and this machine cannot get Debian's packages
 * @throws {LabError} when it does not run
 */
export async function checkSignature(
  { packet, signed }: RpmSignature,
  keys: readonly Buffer[],
  fetching: Fetching,
): Promise<SignatureStatus> {
  const [program = '', ...words] = await fetchGpgv(fetching);
  const directory = await mkdtemp(join(tmpdir(), 'dockerd-leak-lab-gpgv-'));
  try {
    const [keyring, signature] = [join(directory, 'keys.gpg'), join(directory, 'signature')];
    await writeFile(keyring, Buffer.concat(keys.map((key) => withoutArmour(key))));
    await writeFile(signature, packet);
    // Its home is ours: it would read the user's keys and settings, too.
    const options = ['--homedir', directory, '--status-fd', '1', '--keyring', keyring, signature, '-'];
    const { stdout, stderr, exitCode } = await run(program, [...words, ...options], {
      input: signed,
      timeout,
      ...(fetching.signal && { signal: fetching.signal }),
    });
    const status = statusOf(stdout);
    if (status) return status;
    throw new LabError({
      doing: 'checking the signature of a package with gpgv',
      expected: 'a line of its status output, [GNUPG:] …',
      happened: exitCode === undefined ? 'it was killed' : `it exited with ${exitCode}`,
      evidence: stderr.trim() || '(it printed nothing)',
      hint: 'install a gpgv of GnuPG 2, or remove it from PATH: Debian’s is downloaded then',
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Lines for programs, of GnuPG's doc/DETAILS: keyword, then words. */
function statusOf(output: string): SignatureStatus | undefined {
  const lines = new Map(
    output
      .split('\n')
      .filter((line) => line.startsWith('[GNUPG:] '))
      .map((line) => {
        const [, keyword = '', ...words] = line.split(' ');
        return [keyword, words] as const;
      }),
  );
  const [valid, bad, missing] = ['VALIDSIG', 'BADSIG', 'NO_PUBKEY'].map((keyword) => lines.get(keyword)?.[0]);
  if (bad !== undefined) return { status: 'bad', key: bad };
  if (missing !== undefined) return { status: 'unknown-key', key: missing };
  for (const keyword of ['EXPKEYSIG', 'REVKEYSIG', 'EXPSIG', 'ERRSIG', 'NODATA']) {
    if (lines.has(keyword))
      return { status: 'not-checked', because: [keyword, ...(lines.get(keyword) ?? [])].join(' ') };
  }
  return valid === undefined ? undefined : { status: 'good', fingerprint: valid };
}

async function fetchGpgv(fetching: Fetching): Promise<string[]> {
  const installed = await findInPath('gpgv');
  return installed ? [installed] : programOf(await fetchKit('signatures', fetching), 'usr/bin/gpgv');
}
