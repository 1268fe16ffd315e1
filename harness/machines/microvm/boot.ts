import type { Qemu } from '../../fetch/qemu.ts';
import { BootFailedError, messageOf } from '../../core/errors.ts';
import type { EmitEvent } from '../../store/event.ts';
import type { Greeting } from '../agent/greeting.ts';
import { Guest, usualLimits, type BootLimits } from './guest.ts';
import type { MemoryBound } from './memory-bound.ts';
import type { VmPlan } from './qemu-command.ts';
import { resumeState, type SavedGuest } from './saved-guest.ts';

/** The timeout of a boot, and the observer of failed ones. */
export interface BootEvents {
  limits?: BootLimits;
  /** Called for every boot that failed, with its console's tail. */
  event?: EmitEvent;
}

/** A guest that answers, and what it has said of itself. */
export interface Booted {
  guest: Guest;
  greeting: Greeting;
}

/** The number of attempts to boot: some kernels panic under TCG, 6.12 cloud in one boot of five. */
const tries = 3;

/**
 * Boots a guest, or lets it go on where another was saved.
 *
 * @throws {BootFailedError} of the last of three tries; each is recorded as an event
 */
export async function bootGuest(
  qemu: Qemu,
  plan: VmPlan,
  bound: MemoryBound,
  { limits = usualLimits, event }: BootEvents,
  saved?: SavedGuest,
): Promise<Booted> {
  for (let attempt = 1; ; attempt++) {
    const guest = new Guest(qemu, plan, bound, saved?.greeting);
    try {
      return { guest, greeting: saved ? await resumeState(guest, saved) : await guest.booted(limits) };
    } catch (error) {
      await guest[Symbol.asyncDispose]();
      event?.({ code: 'boot-failed', attempt, of: tries, message: messageOf(error) });
      if (!(error instanceof BootFailedError)) throw error;
      if (attempt === tries) {
        const happened = `${error.failure.happened} (the last of ${tries} boots, and all failed)`;
        throw new BootFailedError({ ...error.failure, happened }, { cause: error });
      }
    }
  }
}
