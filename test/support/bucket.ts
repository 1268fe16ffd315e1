import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { ExecutionContext } from 'ava';
import { portOf } from '../../harness/fleet/handover/port.ts';

/** A stand-in for S3-compatible storage: it keeps objects in memory, and refuses what is not signed (AWS Signature Version 4). */
export interface TestBucket {
  /** With the bucket. */
  url: string;
  objects: Map<string, Buffer>;
  /** Objects that were put, those that are gone among them. */
  put: string[];
}

const name = 'leaklab';

/** Starts storage with one key, which ends with the test. */
export async function startBucket(t: ExecutionContext, key: { id: string; secret: string }): Promise<TestBucket> {
  const objects = new Map<string, Buffer>();
  const put: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const [status, answer] = isSigned(request, key)
        ? act(request, body)
        : [403, xml('Error', '<Code>SignatureDoesNotMatch</Code>')];
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(answer);
    })();
  });
  const act = ({ method, url = '' }: IncomingMessage, body: Buffer): [number, string | Buffer] => {
    const { pathname, searchParams } = new URL(url, 'http://storage');
    const object = decodeURIComponent(pathname.replace(`/${name}`, '').replace(/^\//, ''));
    if (method === 'PUT') {
      objects.set(object, body);
      put.push(object);
      return [200, ''];
    }
    if (method === 'DELETE') return [objects.delete(object) ? 204 : 404, ''];
    if (method === 'POST' && searchParams.has('delete')) {
      const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, one = '']) => one);
      for (const one of keys) objects.delete(one);
      return [200, xml('DeleteResult', keys.map((one) => `<Deleted><Key>${one}</Key></Deleted>`).join(''))];
    }
    if (object === '') {
      const prefix = searchParams.get('prefix') ?? '';
      const found = [...objects.keys()].filter((one) => one.startsWith(prefix));
      const contents = found.map((one) => `<Contents><Key>${one}</Key><Size>1</Size><ETag>"x"</ETag></Contents>`);
      return [200, xml('ListBucketResult', `<IsTruncated>false</IsTruncated>${contents.join('')}`)];
    }
    const content = objects.get(object);
    return content ? [200, content] : [404, xml('Error', '<Code>NoSuchKey</Code>')];
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => server.close());
  return { url: `http://127.0.0.1:${portOf(server)}/${name}`, objects, put };
}

function xml(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${root}>${content}</${root}>`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) if (part instanceof Uint8Array) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** As "Authenticating Requests (AWS Signature Version 4)" of the S3 API has it. */
function isSigned({ method = '', url = '', headers }: IncomingMessage, key: { id: string; secret: string }): boolean {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, id, day = '', region = '', names = '', signature] = pattern.exec(headers.authorization ?? '') ?? [];
  if (id !== key.id) return false;
  const { pathname, searchParams } = new URL(url, 'http://storage');
  const query = [...searchParams]
    .map(([one, value]) => `${encodeURIComponent(one)}=${encodeURIComponent(value)}`)
    .toSorted()
    .join('&');
  const signed = names.split(';').map((one) => `${one}:${String(headers[one]).trim()}\n`);
  const canonical = [method, pathname, query, signed.join(''), names, headers['x-amz-content-sha256']].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, digest].join('\n');
  const signing = ['aws4_request'].reduce(hmac, hmac(hmac(hmac(`AWS4${key.secret}`, day), region), 's3'));
  return hmac(signing, text).toString('hex') === signature;
}
