import { setTimeout as sleep } from 'node:timers/promises';
import { BootFailedError, LabError, messageOf } from '../../core/errors.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { Greeting } from '../agent/greeting.ts';
import type { Guest } from './guest.ts';

/** A guest that was saved when its agent had greeted: its memory in a file of its own, all else in another. */
export interface SavedGuest {
  memory: string;
  state: string;
  /** The console output until then. */
  console: string;
  greeting: Greeting;
}

/** Milliseconds for QEMU to read a state: it takes 30. */
const resumeLimit = 60_000;

/** Leaves out of a state what is in a shared file already: the guest's memory. */
const memoryApart = { capabilities: [{ capability: 'x-ignore-shared', state: true }] };

/** Stops a guest and writes its state. Its memory has to be a shared file, and has all that it should have then. */
export async function saveState(guest: Guest, file: string): Promise<void> {
  await guest.control.run('stop');
  await guest.control.run('migrate-set-capabilities', memoryApart);
  await guest.control.run('migrate', { uri: `exec:cat > ${shellCommand([file])}` });
  const saved = await guest.control.after('query-migrate', ['setup', 'active', 'device']);
  if (saved.status === 'completed') return;
  throw new LabError({
    doing: 'saving a micro VM that has booted',
    expected: `QEMU writes its state to ${file}`,
    happened: `${saved.status ?? 'it says nothing'}: ${saved['error-desc'] ?? 'it does not say why'}`,
    hint: 'the file system of the temporary directory may be full',
  });
}

/**
 * Lets a guest, whose QEMU waits for a state, go on where another was saved.
 *
 * @throws {BootFailedError} when QEMU does not take it
 */
export async function resumeState(guest: Guest, { state, greeting }: SavedGuest): Promise<Greeting> {
  const resume = async () => {
    await guest.control.run('migrate-set-capabilities', memoryApart);
    await guest.control.run('migrate-incoming', { uri: `exec:cat ${shellCommand([state])}` });
    await guest.control.after('query-status', ['inmigrate']);
    await guest.control.run('cont');
    guest.channel.goOn();
    return greeting;
  };
  try {
    return await Promise.race([resume(), tooLong()]);
  } catch (error) {
    const expected = 'it goes on where it was saved';
    throw new BootFailedError(
      { doing: 'resuming a micro VM', expected, happened: messageOf(error), evidence: guest.evidence() },
      { cause: error },
    );
  }
}

async function tooLong(): Promise<never> {
  await sleep(resumeLimit, undefined, { ref: false });
  throw new Error(`it has not done so within ${resumeLimit / 1000} s`);
}
