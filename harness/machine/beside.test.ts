import test from 'ava';
import { fakeMachine } from '../../test/support/fake-machine.ts';
import { NotApplicableError } from '../core/errors.ts';
import { requireBeside } from './beside.ts';

test('a machine that runs no program of the host is not applicable', (t) => {
  t.throws(() => requireBeside(fakeMachine()), {
    instanceOf: NotApplicableError,
    message: `starting a client beside the daemon: no program of the host runs in fake
  expected: a machine in which programs of the host can run
  what you can do: take --machine local or microvm`,
  });
});
