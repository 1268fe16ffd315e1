import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { scenarios } from '../../scenarios/index.ts';
import { LabError, lastLines, messageOf, UsageError } from '../core/errors.ts';
import { ownProgram } from '../core/own-program.ts';
import type { Scenario } from '../run/scenario.ts';
import { existsSync } from 'node:fs';

const packageName = 'dockerd-leak-lab';

/** The modules of the library, as `exports` of the package has them. */
const exported = ['index', 'scenario', 'judge', 'evidence', 'diagnosis', 'scenarios'];

const isFunction = z.custom<(...words: never[]) => unknown>((value) => typeof value === 'function', {
  error: ({ input }) => `Invalid input: expected function, received ${typeof input}`,
});
const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'Invalid input: expected lower-case letters, digits and -');
const amount = z.number().nonnegative();

/** What the lab reads of a scenario before it is run; its protocol and judge may be wrong in ways that only a cell shows. */
const scenarioShape = z.strictObject({
  name,
  claim: z.string().min(1),
  standIn: z.literal(true).optional(),
  needs: z.array(z.enum(['daemon', 'kernel'])).optional(),
  defaults: z
    .strictObject({ daemon: z.array(z.string()).optional(), kernel: z.array(z.string()).optional() })
    .optional(),
  machine: z.string().optional(),
  systemd: isFunction.optional(),
  boot: isFunction.optional(),
  factors: z.array(
    z.strictObject({
      name: z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/, 'Invalid input: expected letters and digits'),
      levels: z.array(z.string().min(1)).min(1),
      defaults: z.array(z.string()).optional(),
      aliases: z.record(z.string(), z.string()).optional(),
      unrecorded: z.string().optional(),
      open: z.boolean().optional(),
    }),
  ),
  sizes: z.record(z.string(), z.strictObject({ usual: amount, least: amount })).optional(),
  controls: isFunction.optional(),
  lasts: z.string().optional(),
  budget: z.strictObject({ memoryBytes: amount, diskBytes: amount, seconds: amount.positive() }),
  clients: isFunction.optional(),
  notApplicable: isFunction.optional(),
  companion: isFunction.optional(),
  run: isFunction,
  observations: z.object({ members: z.array(z.unknown()), store: isFunction, reader: z.unknown() }),
  judge: isFunction,
  conclude: isFunction.optional(),
});

let hooked = false;

/** Lets a module outside import this very lab by the name of its package, wherever it is installed. */
function offerLibrary(): void {
  if (hooked) return;
  hooked = true;
  const library = path.join(import.meta.dirname, '../../library');
  const files = new Map(
    exported.map((one) => [
      one === 'index' ? packageName : `${packageName}/${one}`,
      pathToFileURL(ownProgram(library, one)).href,
    ]),
  );
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const url = files.get(specifier);
      return url === undefined ? nextResolve(specifier, context) : { url, shortCircuit: true };
    },
  });
}

/**
 * Loads the scenarios of a module outside the lab: its default export, which is a scenario or a list of them.
 *
 * @throws {UsageError} when there is no such file, or it exports something else
 * @throws {LabError} when Node cannot load it
 */
export async function loadScenarios(file: string): Promise<readonly Scenario[]> {
  const absolute = path.resolve(file);
  if (!existsSync(absolute)) throw new UsageError(`--scenario ${file}: there is no such file.`);
  offerLibrary();
  const found = await load(file, absolute);
  const list: unknown[] = Array.isArray(found) ? found : [found];
  if (found === undefined || list.length === 0)
    throw new UsageError(
      `--scenario ${file} requires a module whose default export is a scenario or a list of scenarios, and found ${found === undefined ? 'no default export' : 'an empty list'}.`,
    );
  const loaded = list.map((one, index) => {
    requireScenario(one, `${file}${list.length > 1 ? `, scenario ${index + 1}` : ''}`);
    return one;
  });
  for (const [index, { name: own }] of loaded.entries()) {
    if (scenarios.some((one) => one.name === own))
      throw new UsageError(`--scenario ${file}: the lab has a scenario "${own}" already; give this one another name.`);
    if (loaded.findIndex((one) => one.name === own) !== index)
      throw new UsageError(`--scenario ${file}: two scenarios have the name "${own}"; give one another name.`);
  }
  return loaded;
}

async function load(file: string, absolute: string): Promise<unknown> {
  try {
    const loaded: unknown = await import(pathToFileURL(absolute).href);
    return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
  } catch (error) {
    throw new LabError(
      {
        doing: `loading the scenario module ${file}`,
        expected: `a module that Node ${process.versions.node} loads: JavaScript, or TypeScript whose types can be erased`,
        happened: messageOf(error).split('\n')[0] ?? '',
        ...(error instanceof Error &&
          error.stack && { evidence: lastLines(error.stack.split('\n').slice(0, 6).join('\n'), 6) }),
        hint: `docs/write-a-scenario-outside.md has one that runs`,
      },
      { cause: error },
    );
  }
}

/** @throws {UsageError} with each part that is not as it has to be */
function requireScenario(found: unknown, where: string): asserts found is Scenario {
  const read = scenarioShape.safeParse(found);
  if (read.success) return;
  const wrong = read.error.issues.map(({ path: at, message }) => `  ${at.map(String).join('.') || 'it'}: ${message}`);
  throw new UsageError(`--scenario ${where} is no scenario:\n${wrong.join('\n')}`);
}
