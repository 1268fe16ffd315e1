import type { InvalidReason } from '../store/night-record.ts';
import { summaryWords } from './value-words.ts';

/** Why a night does not count, as a sentence without a full stop. */
// oxlint-disable-next-line consistent-return -- the compiler checks that the switch has every reason
export function invalidWords(why: InvalidReason): string {
  switch (why.reason) {
    case 'control-not-tried':
      return `no ${why.control} was tried: it is not known whether this night can detect a leak`;
    case 'control-wrong': {
      const seen = why.observed ? summaryWords(why.observed) : why.outcome.replaceAll('-', ' ');
      return `the ${why.control} did not come out as it is known to: ${seen} (${why.cell})`;
    }
    case 'note':
      return why.text;
  }
}
