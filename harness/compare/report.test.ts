import test from 'ava';
import { plain } from '../report/style.ts';
import type { JudgedDifference } from './known.ts';
import { reportComparison } from './report.ts';

const sides = { real: 'dockerd 20.10.24', replica: 'dockerd replica 1.13.1' };
const hang: JudgedDifference = { requests: ['stats: GET /stats'], what: 'answer', real: 'zeroed', replica: 'hangs' };
const header: JudgedDifference = {
  requests: ['ping: GET /_ping', 'version: GET /version', 'info: GET /info'],
  what: 'header Api-Version',
  real: '1.41',
  replica: '1.26',
  known: 'later versions have another version',
};
const log: JudgedDifference = {
  requests: [],
  what: 'log',
  real: 'x'.repeat(300),
  replica: 'missing',
  known: 'why not',
};

test('the unexpected ones, what is known by its reason, the sum', (t) => {
  t.is(
    reportComparison(sides, { requests: 97, differences: [header, hang, log] }, plain),
    `real     dockerd 20.10.24
replica  dockerd replica 1.13.1

stats: GET /stats → answer
  real    zeroed
  replica hangs

known: later versions have another version
  ping: GET /_ping and 2 more → header Api-Version: real 1.41, replica 1.26

known: why not
  all requests → log: real ${'x'.repeat(240)}…, replica missing

97 requests, 3 differences (2 known)
`,
  );
});

test('nothing to tell', (t) => {
  t.true(
    reportComparison(sides, { requests: 97, differences: [] }, plain).endsWith(
      '\n\n97 requests, 0 differences (0 known)\n',
    ),
  );
});
