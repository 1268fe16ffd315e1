/** Characters of a command that fit into a line of a report, beside what is said of it. */
const commandLength = 120;

/** Characters up to which a path is shown whole. */
const pathLength = 30;

/** A word that is a path: it has a slash, and before it nothing that makes it an option, a URL or JSON. */
const pathWord = /^[^\s/"'{}=:]*\/[^\s"'{}]*$/;

/**
 * A command as it fits into a line, in at most 120 characters. A long path keeps its last two parts: directories are as
 * long as somebody's checkout, and the program and its script are what a reader looks for.
 */
export function shortCommand(command: string): string {
  const short = command.split(' ').map(shortWord).join(' ');
  return short.length <= commandLength ? short : `${short.slice(0, commandLength - 1)}…`;
}

function shortWord(word: string): string {
  if (word.length <= pathLength || !pathWord.test(word)) return word;
  return `…/${word.split('/').slice(-2).join('/')}`;
}
