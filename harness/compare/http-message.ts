/** An answer, taken apart. */
export interface HttpMessage {
  status: number;
  /** In the order in which they came. */
  headers: [name: string, value: string][];
  /** Without its chunks; as text. */
  body: string;
}

/**
 * Takes the bytes of an answer (as latin1) apart; the body may be cut off anywhere.
 *
 * @returns undefined when not even the head is there.
 */
export function parseMessage(bytes: string): HttpMessage | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(bytes)?.[1]);
  if (end < 0 || Number.isNaN(status)) return undefined;
  const headers = bytes
    .slice(0, end)
    .split('\r\n')
    .slice(1)
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
  const rest = bytes.slice(end + 4);
  const isChunked = headers.some(([name, value]) => name === 'Transfer-Encoding' && value === 'chunked');
  const body = Buffer.from(isChunked ? withoutChunks(rest) : rest, 'latin1').toString();
  return { status, headers, body };
}

function withoutChunks(bytes: string): string {
  let body = '';
  let at = 0;
  for (;;) {
    const line = bytes.indexOf('\r\n', at);
    const size = line < 0 ? 0 : Number.parseInt(bytes.slice(at, line), 16);
    if (!(size > 0)) return body;
    body += bytes.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
