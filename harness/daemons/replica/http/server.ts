import { createServer, type Server, type Socket } from 'node:net';
import { MalformedRequest, readBody, readHead, type Head } from './request.ts';
import { Reader } from './reader.ts';
import { Response } from './response.ts';

/** One request, while it is worked on. */
export interface Exchange {
  readonly head: Head;
  readonly response: Response;
  /** The body, which can be read once. */
  readonly body: () => AsyncIterable<Buffer>;
  /** Calls back when the client closes or half-closes the connection, as Go's CloseNotifier does. */
  readonly onGone: (gone: () => void) => void;
}

/** A server of HTTP/1.1 that works on one request of a connection at a time. The handler must not reject. */
export function createHttpServer(handle: (exchange: Exchange) => Promise<void>): Server {
  const server = createServer({ allowHalfOpen: true, highWaterMark: 1 }, (socket) => {
    // What goes wrong on a connection ends it, and the reader and the writer both see that.
    socket.on('error', () => {});
    serve(socket, handle)
      .catch(() => {})
      .finally(() => socket.destroySoon());
  });
  return server;
}

async function serve(socket: Socket, handle: (exchange: Exchange) => Promise<void>): Promise<void> {
  const reader = new Reader(socket);
  for (;;) {
    const head = await nextHead(socket, reader);
    if (!head) return;
    const response = new Response(socket, !head.keepAlive);
    const body = readBody(reader, head);
    await handle({ head, response, body: () => body, onGone: (gone) => reader.watch(gone) });
    reader.unwatch();
    if (!response.ended) await response.end();
    if (!head.keepAlive) return;
    // What the handler left of the body stands before the next head.
    for await (const chunk of body) void chunk;
  }
}

async function nextHead(socket: Socket, reader: Reader): Promise<Head | undefined> {
  try {
    return await readHead(reader);
  } catch (error) {
    if (error instanceof MalformedRequest) {
      const headers = 'Content-Type: text/plain; charset=utf-8\r\nConnection: close';
      socket.write(`HTTP/1.1 400 Bad Request\r\n${headers}\r\n\r\n400 Bad Request`);
    }
    return undefined;
  }
}
