import test from 'ava';
import type { Difference } from './differences.ts';
import { judgeDifferences, type RealKind } from './known.ts';

const header: Difference = {
  requests: ['ping: GET /_ping'],
  what: 'header Api-Version',
  real: '1.41',
  replica: '1.26',
};
const label: Difference = {
  requests: ['version: GET /version', 'old: GET /v1.25/version'],
  what: 'body .Replica',
  real: 'missing',
  replica: '"a re-creation"',
};
const hang: Difference = {
  requests: ['stats: GET /v1.25/containers/lost/stats?stream=0'],
  what: 'answer',
  real: 'zeroed',
  replica: 'hangs',
};
const bridge: Difference = {
  requests: ['network: GET /networks/bridge'],
  what: 'body .Options.com.docker.network.bridge.name',
  real: '"hb9"',
  replica: '"docker0"',
};

const knows = test.macro((t, difference: Difference, kinds: RealKind[]) => {
  const all: RealKind[] = ['1.13', 'later', 'recorded', 'replica'];
  t.deepEqual(
    all.filter((kind) => judgeDifferences([difference], kind)[0]?.known !== undefined),
    kinds,
  );
});

test('a later version has another API version', knows, header, ['later']);
test('the label of the replica, wherever it is not beside itself', knows, label, ['1.13', 'later', 'recorded']);
test('the bridge of the recorded daemon', knows, bridge, ['recorded']);
test('whether a call hangs is never taken as known', knows, hang, []);
test(
  'nor is a key that belongs to one request and comes in another one',
  knows,
  { ...label, requests: [...label.requests, 'inspect: GET /containers/web/json'] },
  [],
);

test('a reason comes with it', (t) => {
  const [known] = judgeDifferences([label], '1.13');
  t.deepEqual(known, {
    ...label,
    known: 'the replica names itself where a reader could mistake it for the real daemon',
  });
});
