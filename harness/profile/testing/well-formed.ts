/** A tag with quoted attributes, an end tag, or text without markup and without an & that is no entity. */
const token =
  /<([\w:-]+)((?:\s+[\w:-]+="(?:[^<&"]|&(?:\w+|#\d+);)*")*)\s*(\/?)>|<\/([\w:-]+)>|((?:[^<&\]]|\](?!\]>)|&(?:lt|gt|amp|quot|#\d+);)+)/y;

/** Characters that XML 1.0 cannot have (2.2). */
// oxlint-disable-next-line no-control-regex -- the expression searches for control characters
const unwritable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;

/**
 * Checks the part of XML that the lab writes: elements, attributes and text.
 *
 * @returns the names of its elements in their order
 * @throws {SyntaxError} where it is not well-formed.
 */
export function elementsOf(xml: string): string[] {
  const [open, elements]: [string[], string[]] = [[], []];
  const fail = (at: number) => new SyntaxError(`not well-formed: ${xml.slice(at, at + 80)}`);
  const odd = unwritable.exec(xml);
  if (odd) throw fail(odd.index);
  token.lastIndex = 0;
  for (let at = 0; at < xml.length; at = token.lastIndex) {
    const [, start, attributes = '', empty, end, text] = token.exec(xml) ?? [];
    if (start !== undefined) {
      const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, name]) => name);
      if (new Set(names).size < names.length || (open.length === 0 && elements.length > 0)) throw fail(at);
      elements.push(start);
      if (!empty) open.push(start);
    } else if (end !== undefined) {
      if (open.pop() !== end) throw fail(at);
    } else if (text === undefined || (open.length === 0 && text.trim() !== '')) throw fail(at);
  }
  if (open.length > 0) throw new SyntaxError(`not well-formed: ${open.join(', ')} not ended`);
  return elements;
}
