import { ApiError, messageOf, statusOf } from '../api-error.ts';
import { decode, encode, inKeyOrder } from '../json.ts';
import type { Log } from '../log.ts';
import type { Exchange } from './server.ts';

/** A request that has found its route. */
export interface Call extends Exchange {
  /** The text that matches `{name:.*}` in the route. */
  readonly name: string;
  readonly query: URLSearchParams;
  /** @throws {Error} when the body is no JSON, or not declared as such. */
  readonly json: () => Promise<unknown>;
}

/** A method and path, and what answers them. */
export interface Route {
  method: string;
  /** In the words of 1.13.1's router, as its log has them: `/containers/{name:.*}/json`. */
  path: string;
  handle: (call: Call) => Promise<unknown>;
}

/** The version of the API that 1.13.1 speaks; a newer one that a client asks for is let through. */
export const apiVersion = '1.26';

/** The oldest that it answers to. */
export const minApiVersion = '1.12';

/** Finds the route of a request and runs it, with the headers, the errors and the log lines of 1.13.1. */
export function createRouter(routes: readonly Route[], log: Log): (exchange: Exchange) => Promise<void> {
  const compiled = routes.map((route) => ({ route, pattern: compile(route.path) }));
  log.debug('Registering routers');
  for (const { method, path } of routes) log.debug(`Registering ${method}, ${path}`);
  return async (exchange) => {
    const { head, response } = exchange;
    const [path = '', search = ''] = head.target.split(/\?(.*)/s);
    const found = compiled.find(({ route, pattern }) => route.method === head.method && pattern.test(path));
    if (!found) {
      await refuse(exchange, new ApiError(404, 'page not found'));
      return;
    }
    log.debug(`Calling ${head.method} ${head.target}`);
    const [, version, name = ''] = found.pattern.exec(path) ?? [];
    try {
      requireVersion(version ?? apiVersion);
      response.headers.set('Api-Version', apiVersion);
      response.headers.set('Docker-Experimental', 'false');
      response.headers.set('Server', 'Docker/1.13.1 (linux)');
      await found.route.handle({
        ...exchange,
        name: decodeURIComponent(name),
        query: new URLSearchParams(search),
        json: () => readJson(exchange, log),
      });
    } catch (error) {
      log.error(`Handler for ${head.method} ${path} returned error: ${messageOf(error)}`);
      await refuse(exchange, error, version);
    }
  };
}

/** The first version of the API that reports errors as JSON (api/server/httputils/errors.go). */
const firstWithJsonErrors = '1.24';

async function refuse({ response, head }: Exchange, error: unknown, version?: string): Promise<void> {
  if (response.started) return;
  response.status = statusOf(error);
  if (version !== undefined && minorOf(version) < minorOf(firstWithJsonErrors)) {
    response.headers.set('Content-Type', 'text/plain; charset=utf-8').set('X-Content-Type-Options', 'nosniff');
    await response.end(`${messageOf(error)}\n`);
    return;
  }
  response.headers.set('Content-Type', 'application/json');
  if (response.status === 304) response.headers.delete('Content-Type');
  await response.end(head.method === 'HEAD' ? '' : encode({ message: messageOf(error) }));
}

async function readJson({ head, body }: Exchange, log: Log): Promise<unknown> {
  const type = head.headers.get('content-type') ?? '';
  if (!/^application\/json\b/.test(type)) {
    throw new ApiError(500, `Content-Type specified (${type}) must be 'application/json'`);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of body()) chunks.push(chunk);
  const value = decode(Buffer.concat(chunks).toString());
  log.debug(`form data: ${encode(inKeyOrder(value)).trimEnd()}`);
  return value;
}

/** `/containers/{name:.*}/json`, with an optional `/v1.25` before it. */
function compile(path: string): RegExp {
  return new RegExp(`^(?:/v([0-9.]+))?${path.replaceAll(/\{\w+:([^}]+)\}/g, '($1)')}$`);
}

function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}

function requireVersion(version: string): void {
  if (Number.parseInt(version, 10) >= 1 && minorOf(version) >= minorOf(minApiVersion)) return;
  throw new ApiError(
    400,
    `client version ${version} is too old. Minimum supported API version is ${minApiVersion}, ` +
      'please upgrade your client to a newer version',
  );
}
