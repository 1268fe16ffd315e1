import { tellingWords } from '../core/telling-words.ts';

/** A kernel's command line for people: whole when that is asked for, else what matters for a leak. */
export function commandLineWords(commandLine: string, isFull: boolean): string {
  if (isFull) return commandLine;
  const { words, others } = tellingWords(commandLine);
  const rest =
    others === 0 ? '' : `${words.length > 0 ? ', and ' : ''}${others} ${words.length > 0 ? 'other ' : ''}words`;
  return (
    `${words.join(' ')}${rest}${words.length === 0 && others > 0 ? ', none of which matters for a leak' : ''}` ||
    'empty'
  );
}
