import { readFile } from 'node:fs/promises';
import { LabError } from '../core/errors.ts';
import type { Fetching } from '../../vms/build.ts';
import { extraKeysSetting, rpmPublishers, type RpmPublisher, type RpmPublisherName } from '../../vms/rpm-publishers.ts';
import { checkSignature } from './gpgv.ts';
import { rpmSignatures } from './packages/rpm-signatures.ts';
import { readNamed } from '../store/stored-file.ts';

/** Where an RPM came from: it decides which signature it needs. */
export type RpmSource =
  /** The user's own file: a self-made package has no signature, or one of a key that the lab does not know. */
  | { from: 'user' }
  /** The publisher's own address, which has signed packages only. */
  | { from: 'publisher'; publisher: RpmPublisherName }
  /** An address that the user chose instead: its packages may be self-made, and are not signed then. */
  | { from: 'mirror'; publisher: RpmPublisherName };

/** The source of an RPM of the catalogue: a mirror where the user's environment names one. */
export function sourceOf({ setting, signedBy }: { setting: string; signedBy: RpmPublisherName }): RpmSource {
  return { from: process.env[setting] ? 'mirror' : 'publisher', publisher: signedBy };
}

/** The result of the check: fingerprint or ID of the key, in hexadecimal digits. */
export type RpmSigner =
  { signed: 'verified'; fingerprint: string } | { signed: 'unknown-key'; key: string } | { signed: 'no' };

/** Bytes of a file of keys: a key has some kilobytes. */
const mostKeyBytes = 1 << 20;

/**
 * Checks the signatures of an RPM with the keys of the catalogue and the user's. A package of a publisher has to be signed with its key;
 * a signature that does not fit its package is refused in any case. Without the publisher's key, the ID in the signature has to be that
 * key's, which anyone can write: the result is `unknown-key` then.
 *
 * @throws {LabError} when the package is not what its publisher signed
 */
export async function verifyRpm(rpm: Buffer, name: string, source: RpmSource, fetching: Fetching): Promise<RpmSigner> {
  const publisher: RpmPublisher | undefined = source.from === 'user' ? undefined : rpmPublishers[source.publisher];
  const signatures = rpmSignatures(rpm);
  if (signatures.length === 0) {
    if (source.from !== 'publisher') return { signed: 'no' };
    throw refused(name, publisher, 'it has no signature');
  }
  const keys = await keysFor(publisher);
  let signer: RpmSigner | undefined;
  for (const signature of signatures) {
    const checked = await checkSignature(signature, keys, fetching);
    switch (checked.status) {
      case 'good':
        signer ??= { signed: 'verified', fingerprint: checked.fingerprint };
        break;
      case 'unknown-key':
        if (publisher && !isUncheckable(publisher, checked.key)) {
          throw refused(name, publisher, `it is signed with the key ${checked.key}`, true);
        }
        signer ??= { signed: 'unknown-key', key: checked.key };
        break;
      case 'bad':
        throw refused(name, publisher, `its signature with the key ${checked.key} does not fit its content`);
      case 'not-checked':
        throw refused(name, publisher, `gpgv did not accept its signature (${checked.because})`);
    }
  }
  return signer ?? { signed: 'no' };
}

/** Whether the signature names the right key, and the lab has no copy of that key: only the name can be compared then. */
function isUncheckable({ file, fingerprint }: RpmPublisher, key: string): boolean {
  return file === undefined && fingerprint.endsWith(key);
}

/** The publisher's key, or all keys where no publisher is expected; and the user's. */
async function keysFor(publisher: RpmPublisher | undefined): Promise<Buffer[]> {
  const known: readonly RpmPublisher[] = publisher ? [publisher] : Object.values(rpmPublishers);
  const files = known.flatMap(({ file }) => file ?? []);
  const extra = process.env[extraKeysSetting];
  return [
    ...(await Promise.all(files.map((file) => readFile(new URL(`../../vms/rpm-keys/${file}`, import.meta.url))))),
    ...(extra ? [readNamed(extra, mostKeyBytes)] : []),
  ];
}

function refused(name: string, publisher: RpmPublisher | undefined, happened: string, unknown = false): LabError {
  return new LabError({
    doing: `checking the signature of ${name}`,
    expected: publisher
      ? `a package that ${publisher.name} signed with its key ${publisher.fingerprint}`
      : 'a signature that fits the package',
    happened,
    hint: unknown
      ? `if that is the key of your publisher, set ${extraKeysSetting} to a file with it`
      : 'a proxy or mirror may have altered it: download it from its publisher, and compare its digest',
  });
}
