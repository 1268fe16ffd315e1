import test from 'ava';
import type { Evidence } from '../../evidence/registry.ts';
import { html } from '../markup/html.ts';
import { showEvidence } from './show-evidence.ts';

const refusals: Evidence = { member: 'refusals', kind: 'refusals', value: ['c1: <no>'] };
const took: Evidence = { member: 'seconds', kind: 'duration', value: 1234.5678 };
const outage: Evidence = { member: 'outageSeconds', kind: 'duration', value: 0 };

/** The page without the breaks that templates have. */
function shown(evidence: Evidence[], first: string[]): string {
  return html`${showEvidence(evidence, new Set(first), 'daemon=1.13.1')}`.text.replaceAll(/\s+/g, ' ').trim();
}

test('what a scenario shows first is open, all else is folded up', (t) => {
  const open = shown([refusals, took], ['refusals', 'seconds']);
  t.is(
    open,
    '<dl class="facts"> <dt>Time</dt> <dd>1,234.568 seconds</dd> </dl><h3>Refused by the daemon</h3> ' +
      '<pre tabindex="0" role="region" aria-label="Refusals: daemon=1.13.1">c1: &lt;no&gt;</pre>',
  );
  t.is(
    shown([refusals, took], []),
    '<details> <summary>Refused by the daemon</summary> ' +
      '<pre tabindex="0" role="region" aria-label="Refusals: daemon=1.13.1">c1: &lt;no&gt;</pre> </details> ' +
      '<details> <summary>More facts</summary> <dl class="facts"> <dt>Time</dt> <dd>1,234.568 seconds</dd> </dl> </details>',
  );
});

test('members of one kind are told apart by their names, and an empty list is shown as one', (t) => {
  t.is(
    shown([took, outage, { ...refusals, value: [] }], ['seconds', 'outageSeconds']),
    '<dl class="facts"> <dt>Time: seconds</dt> <dd>1,234.568 seconds</dd> <dt>Time: outage seconds</dt> <dd>0 seconds</dd> </dl>' +
      '<details> <summary>More facts</summary> <dl class="facts"> <dt>Refused by the daemon</dt> <dd>none</dd> </dl> </details>',
  );
});

test('a group tells members apart that have one name, and a name those of one group', (t) => {
  const names = ['lost.strayVeths', 'remedied.strayVeths', 'now.host.strayVeths'];
  const veths = names.map((member): Evidence => ({ member, kind: 'veth-count', value: 1 }));
  const [dosed, left] = ['client.doseCount', 'client.leftCount'].map((member): Evidence => ({
    member,
    kind: 'call-count',
    value: 1,
  }));
  const page = shown([...veths, ...(dosed && left ? [dosed, left] : [])], []);
  t.deepEqual(page.match(/<dt>[^<]*/g), [
    '<dt>Stray veths: lost',
    '<dt>Stray veths: remedied',
    '<dt>Stray veths: now, host',
    '<dt>Calls before the first dose: dose count',
    '<dt>Calls before the first dose: left count',
  ]);
});
