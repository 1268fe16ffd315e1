import test from 'ava';
import { fakeDaemon } from '../../test/support/fake-daemon.ts';
import { crossCheck } from '../evidence/cross-checks.ts';
import { disagreements } from '../figures/disagreements.ts';
import { probeInfo } from './cross-check.ts';

const asks = test.macro(async (t, info: object, values: Record<string, number>, expected: string[]) => {
  const connect = await fakeDaemon(t, ({ url }, response) => {
    t.is(url, '/info');
    response.end(JSON.stringify(info));
  });
  const series = Object.entries(values).map(([metric, value]) => ({
    metric,
    unit: metric,
    per: 'call',
    granularity: 1,
    points: [
      { dose: 0, value: 0 },
      { dose: 4000, value },
    ],
  }));
  const check = await probeInfo({ daemon: { connect } }, series);
  t.deepEqual(crossCheck.parse(check), check);
  t.deepEqual(disagreements([check]), expected);
});

test('what agrees is no figure', asks, { NFd: 4039, NGoroutines: 8053 }, { fds: 4034, goroutines: 8049, rss: 1 }, []);
test('what does not', asks, { NFd: 39, NGoroutines: 8053 }, { fds: 4034, goroutines: 53 }, [
  'at dose 4000 GET /info has 39 fds, the probes read 4034',
  'at dose 4000 GET /info has 8053 goroutines, the probes read 53',
]);
test('a replica has no goroutines', asks, { NFd: 30 }, { fds: 31 }, []);

test('a daemon that is not in debug mode says nothing', async (t) => {
  const connect = await fakeDaemon(t, (_, response) => response.end('{}'));
  await t.throwsAsync(probeInfo({ daemon: { connect } }, []), { message: /NFd/ });
});
