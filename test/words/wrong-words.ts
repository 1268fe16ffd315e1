import { phrases } from './phrases.ts';

/** Text in a file, with the line it begins in. */
export interface Text {
  file: string;
  line: number;
  text: string;
}

/** The banned phrases of texts: `FILE:LINE: "PHRASE": write INSTEAD`. */
export function wrongWords(texts: readonly Text[]): string[] {
  return texts.flatMap(({ file, line, text }) =>
    text.split('\n').flatMap((row, index) =>
      phrases.flatMap(({ pattern, instead }) => {
        const found = pattern.exec(row)?.[0];
        return found === undefined ? [] : [`${file}:${line + index}: "${found}": write ${instead}`];
      }),
    ),
  );
}

/** A page with its code blanked, so that lines keep their numbers: code is not prose. */
export function withoutCode(markdown: string): string {
  return markdown
    .replaceAll(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/(`+)[^\n]*?\1/g, '``');
}

/** Whether a string of the code may be a sentence: a name, a path or a flag is none. */
export function isProse(text: string): boolean {
  return /\p{L}+ \p{L}+/u.test(text);
}
