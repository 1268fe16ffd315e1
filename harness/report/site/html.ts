/** Markup that is safe to be written as it is. Only the tag {@link html} and {@link trusted} make it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: text and numbers are escaped, markup is not, and nothing is nothing. */
export type Part = Html | string | number | undefined | readonly Part[];

/** A template of HTML. Whatever is put into it is escaped, in elements and in quoted attributes, unless it is {@link Html}. */
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

/**
 * Control characters, which a terminal would obey, and those that change the direction of what follows (Unicode's
 * bidirectional algorithm, 2.1 to 2.3): a log line could pretend to be another with them.
 */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const deceptive = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/g;

/** Text as a browser shows it, with what it would not show, or obey, written out: `⟨U+001B⟩`. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(deceptive, (one) => `⟨U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
    .replaceAll(/[<>&"'`]/g, (one) => entities[one] ?? '');
}
