import { isZeroed } from '../clients/stats-frame.ts';
import { parseMessage, type HttpMessage } from './http-message.ts';
import { normalise } from './placeholders.ts';
import type { Observation } from './play.ts';
import { shapeOfBody, type Shape } from './shape.ts';

/**
 * The state of an answer: `answered`, or with stats of which nothing was read, `zeroed`; or the connection
 * was closed without one, `nothing`; or it was still waited for when the time was over: `hangs`, not one byte, or `open`,
 * a head and perhaps more.
 */
type Answer = 'answered' | 'zeroed' | 'nothing' | 'hangs' | 'open';

/** The compared aspects of an answer. */
export interface Aspects {
  answer: Answer;
  status: number | undefined;
  headers: Map<string, string>;
  body: Shape;
}

/** Bytes that Go's net/http keeps back before it has to send in chunks (bufferBeforeChunkingSize of server.go). */
const goBuffer = 2048;

/** Selects the compared aspects of a step's answer. */
export function aspectsOf({ asked, exchange }: Observation, root: string): Aspects {
  const { response = '', ending } = exchange ?? {};
  const message = parseMessage(response);
  if (!message) {
    const answer = ending === 'open' ? 'hangs' : 'nothing';
    return { answer, status: undefined, headers: new Map(), body: '' };
  }
  const route = asked?.path.replace(/\?.*/, '').replace(/^\/v[\d.]+(?=\/)/, '') ?? '';
  const body = asked?.until === 'frame' ? (message.body.split('\n')[0] ?? '') : message.body;
  const isStats = route.endsWith('/stats') && message.status === 200 && body !== '';
  const answer = ending === 'open' ? 'open' : isStats && isZeroed(body) ? 'zeroed' : 'answered';
  const headers = headersOf(message, ending === 'closed');
  return { answer, status: message.status, headers, body: shapeOfBody(body, { route, root }) };
}

/** The headers that matter: without the date, and with the length as what it says of how the body was sent. */
function headersOf(message: HttpMessage, isWhole: boolean): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of message.headers) {
    if (name === 'Date' || name === 'Content-Length' || name === 'Transfer-Encoding') continue;
    headers.set(name, normalise(value, ''));
  }
  headers.set('Content-Length or Transfer-Encoding', framingOf(message, isWhole));
  return headers;
}

/**
 * Where Go decides, a short body has a length and a long one is chunked: which it is depends on numbers in it, and on
 * nothing else. Chunks of a short body were flushed on purpose.
 */
function framingOf({ headers, body }: HttpMessage, isWhole: boolean): string {
  const names = new Set(headers.map(([name]) => name));
  const isLong = Buffer.byteLength(body) > goBuffer;
  if (names.has('Content-Length')) return isLong ? 'a length, though it is long' : 'by its length';
  if (!names.has('Transfer-Encoding')) return 'neither';
  return isWhole && isLong ? 'by its length' : 'chunked at once';
}
