import { openAsBlob } from 'node:fs';
import { S3mini } from 's3mini';
import { LabError, messageOf, UsageError } from '../../core/errors.ts';
import { receiveArchive } from './receive-archive.ts';

/** A bucket as the record of a session names it. The credentials are each host's own: they are in no record. */
export interface BucketAddress {
  /** With the bucket: `https://s3.example.org/leaklab`. */
  endpoint: string;
  region: string;
}

/** S3-compatible storage that results are handed over through, where workers do not reach the coordinator. */
export interface Bucket {
  readonly address: BucketAddress;
  put: (key: string, file: string) => Promise<void>;
  /** Downloads an object into a file, if it has this digest. Returns whether it has. */
  get: (key: string, file: string, sha256: string) => Promise<boolean>;
  remove: (key: string) => Promise<void>;
  /** Removes everything below a prefix. */
  removeAll: (prefix: string) => Promise<void>;
}

/** The region of storage that has none. */
const noRegion = 'auto';

/** The address of a bucket, as the user gives it. @throws {UsageError} for what is none */
export function bucketAddressOf(url: string): BucketAddress {
  const parsed = URL.parse(url);
  const isWeb = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  if (!isWeb || parsed.username !== '' || !/^\/[^/]+\/?$/.test(parsed.pathname))
    throw new UsageError(`--bucket requires https://HOST/BUCKET without credentials, and got '${url}'.`);
  return { endpoint: parsed.href.replace(/\/$/, ''), region: process.env['AWS_REGION'] ?? noRegion };
}

/**
 * Opens a bucket with the credentials of `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`.
 *
 * @throws {LabError} when they are missing
 */
export function openBucket(address: BucketAddress): Bucket {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = process.env;
  const doing = `opening the bucket ${address.endpoint}`;
  if (accessKeyId === '' || secretAccessKey === '') {
    throw new LabError({
      doing,
      expected: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set',
      happened: 'at least one of them is not',
      hint: 'set both for the coordinator and for each worker; the fleet passes no credentials on',
    });
  }
  const client = new S3mini({ accessKeyId, secretAccessKey, ...address });
  return {
    address,
    async put(key, file) {
      await client.putObject(key, await openAsBlob(file), 'application/gzip');
    },
    async get(key, file, sha256) {
      const response = await client.getObjectResponse(key);
      return response?.body ? receiveArchive(response.body, file, sha256) : false;
    },
    async remove(key) {
      await client.deleteObject(key);
    },
    async removeAll(prefix) {
      const found = (await client.listObjects('/', prefix)) ?? [];
      if (found.length > 0) await client.deleteObjects(found.map(({ Key: key }) => key));
    },
  };
}

/** The object of an archive. */
export function objectKey(job: string, attempt: number): string {
  return `${job.slice(0, job.lastIndexOf('.'))}/${job}.${attempt}.tar.gz`;
}

/** @throws {LabError} when the bucket cannot be written and read with these credentials */
export async function requireBucket(bucket: Bucket, session: string): Promise<void> {
  try {
    await bucket.removeAll(`${session}/`);
  } catch (error) {
    throw new LabError(
      {
        doing: `looking into the bucket ${bucket.address.endpoint}`,
        expected: 'it is there, and these credentials may list, read, write and delete',
        happened: messageOf(error),
        hint: 'check the address, AWS_REGION and the policy of the key',
      },
      { cause: error },
    );
  }
}
