import { UsageError } from '../core/errors.ts';
import { didYouMean } from '../core/did-you-mean.ts';
import { wholeNumber } from '../core/whole-number.ts';
import type { Scenario } from './scenario.ts';

/** The sizes that a run uses instead of the defaults, by the scenario's names for them. */
export type Sizes = Readonly<Record<string, number>>;

/** @throws {RangeError} for a name that the scenario does not have */
export function sizeOf({ name: scenario, sizes = {} }: Scenario, chosen: Sizes | undefined, name: string): number {
  const size = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
  if (!size) throw new RangeError(`${scenario} has no size called ${name}`);
  return chosen?.[name] ?? size.usual;
}

/** More than any protocol has done; what so much takes, the budget of the cell bounds. */
const mostOfASize = 1_000_000;

/**
 * Reads `name=number,…` as of `--size`.
 *
 * @throws {UsageError} for what the scenario has not, or for less than makes sense
 */
export function parseSizes(texts: readonly string[], { name: scenario, sizes = {} }: Scenario): Sizes {
  const chosen: Record<string, number> = {};
  for (const word of texts.flatMap((text) => text.split(','))) {
    const at = word.indexOf('=');
    const [name, text] = at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
    const size = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
    if (!size) {
      const known = Object.keys(sizes);
      throw new UsageError(
        known.length === 0
          ? `${scenario} has nothing that could be made smaller.`
          : `${scenario} has no size "${name}".${didYouMean(name, known)}`,
      );
    }
    if (Object.hasOwn(chosen, name)) throw new UsageError(`The size ${name} is given more than once.`);
    const number = wholeNumber(text, { least: size.least, most: mostOfASize });
    if (number === undefined) {
      throw new UsageError(
        `${name}=${text}: it must be an integer from ${size.least} to ${mostOfASize} (usual: ${size.usual}).`,
      );
    }
    chosen[name] = number;
  }
  return chosen;
}
