import { readPages, root } from '../docs/pages.ts';
import { readStrings } from './strings.ts';
import { isProse, withoutCode, wrongWords } from './wrong-words.ts';

const pages = readPages().map(({ file, text }) => ({ file, line: 1, text: withoutCode(text) }));
const strings = readStrings(root).filter(({ text }) => isProse(text));
const wrong = wrongWords([...pages, ...strings]);
for (const one of wrong) process.stderr.write(`${one}\n`);
process.exitCode = wrong.length > 0 ? 1 : 0;
