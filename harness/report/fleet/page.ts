import { createServer } from 'node:http';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter } from '@bull-board/express';
import { Queue } from 'bullmq';
import express from 'express';
import type { Redis } from 'ioredis';
import { LabError, messageOf } from '../../core/errors.ts';
import type { FleetDispatcher } from '../../fleet/coordinator/dispatcher.ts';
import { portOf } from '../../fleet/handover/port.ts';
import { prefix } from '../../fleet/keys.ts';
import { readQueueLengths } from '../../fleet/queue-lengths.ts';
import { readRun } from '../../store/read-run.ts';
import { metricsOf } from './metrics.ts';
import { overviewPage, styleSheet } from './overview-page.ts';

/** What the pages of a fleet show. */
interface PageOptions {
  port: number;
  redis: Redis;
  fleet: FleetDispatcher;
}

/** Seconds between two reloads of the matrix while it fills. */
const reload = 5;

/**
 * Serves the pages of a fleet on this host alone: the matrix while it fills, its queues (bull-board, read-only) and `/metrics`.
 *
 * @throws {LabError} when the port is taken
 */
export async function openFleetPage({ port, redis, fleet }: PageOptions): Promise<AsyncDisposable & { port: number }> {
  const app = express();
  app.disable('x-powered-by');
  const metrics = metricsOf(fleet, () => readQueueLengths(redis));
  const board = new ExpressAdapter();
  board.setBasePath('/queues');
  const { setQueues } = createBullBoard({ queues: [], serverAdapter: board });
  const shown = new Map<string, Queue>();
  app.use((request, response, next) => {
    // A page elsewhere must not read this one through a name that leads here.
    if (/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(request.headers.host ?? '')) next();
    else response.status(403).type('text/plain').send('Ask for http://127.0.0.1 or http://localhost.\n');
  });
  app.use((request, response, next) => {
    // The board refuses what changes a queue, one route at a time; its next release may have another one.
    if (request.method === 'GET' || request.method === 'HEAD') next();
    else response.status(405).type('text/plain').send('These pages only show: GET and HEAD alone are answered.\n');
  });
  app.get('/', (_request, response, next) => {
    void Promise.all(fleet.runs.map((directory) => readRun(directory))).then(
      (runs) => response.type('html').send(overviewPage({ fleet, runs, reload })),
      next,
    );
  });
  app.get('/style.css', (_request, response) => void response.type('css').send(styleSheet()));
  app.get('/metrics', (_request, response, next) => {
    void metrics.metrics().then((text) => response.type(metrics.contentType).send(text), next);
  });
  app.use('/queues', (_request, _response, next) => {
    for (const name of fleet.queues.filter((one) => !shown.has(one)))
      shown.set(name, new Queue(name, { connection: redis, prefix }));
    setQueues([...shown.values()].map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })));
    next();
  });
  app.use('/queues', board.getRouter());
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new LabError(
          {
            doing: 'serving the page of the fleet',
            expected: `port ${port} of 127.0.0.1 is free`,
            happened: messageOf(error),
            hint: 'name another one with --page',
          },
          { cause: error },
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await Promise.all([...shown.values()].map((queue) => queue.close().catch(() => undefined)));
    },
  };
}
