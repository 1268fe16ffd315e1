import { printable } from '../../core/printable.ts';

/** Markup that is safe to be written as it is. Only the tag {@link html} and {@link trusted} make it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value in a template: text and numbers are escaped, markup is not, and undefined is left out. */
export type Part = Html | string | number | undefined | readonly Part[];

/** A template of HTML. Every value in it is escaped, in elements and in quoted attributes, unless it is {@link Html}. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((literal, index) => literal + textOf(parts[index])).join(''));
}

/** Markup that another program of ours has made and escaped, e.g. a plot. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escape(`${part}`);
}

const entities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text as a browser shows it, with what it would not show, or obey, written out: `⟨U+001B⟩`. */
function escape(text: string): string {
  return printable(text).replaceAll(/[<>&"'`]/g, (one) => entities[one] ?? '');
}
