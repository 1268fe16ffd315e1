import { createHmac, timingSafeEqual } from 'node:crypto';

/** The parts of a request that its signature covers. */
export interface Signed {
  method: string;
  path: string;
  /** Of the body, in hex. */
  sha256: string;
}

/** The signature of a request to a coordinator, in hex. The key never leaves Redis and the two processes. */
export function sign(key: string, { method, path, sha256 }: Signed): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(`${method}\n${path}\n${sha256}`).digest('hex');
}

/** Whether a request is of one who has the key. */
export function isSigned(key: string, request: Signed, signature: string): boolean {
  const expected = Buffer.from(sign(key, request), 'hex');
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
