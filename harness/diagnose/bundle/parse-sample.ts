import type { DaemonInfo, ProcessSample, Sample } from '../model/evidence.ts';
import { linesOf, numbersByName, type Line } from '../text/lines.ts';
import { parseJsonKeys } from './parse-docker.ts';

/** Reads the clock, seconds since 1970, and `/proc/uptime` (proc(5)). */
export function parseTime(file: string, text: string): { clock: number; uptime: number } {
  const [clock, uptime] = linesOf(file, text);
  const seconds = Number(uptime?.words[0]);
  if (!clock || !uptime || !Number.isFinite(seconds)) {
    return linesOf(file, `${text}\n-`)[0]?.fail('the time, then seconds since the boot') ?? { clock: 0, uptime: 0 };
  }
  return { clock: clock.integer(clock.words[0], 'seconds since 1970'), uptime: seconds };
}

/** Reads `/proc/meminfo`: kilobytes, which are bytes here. */
export function parseMeminfo(file: string, text: string): Record<string, number> {
  return Object.fromEntries(
    linesOf(file, text).map(({ words: [name = '', value, unit], integer }) => {
      const amount = integer(value, 'NAME: NUMBER kB');
      return [name.replace(/:$/, ''), unit === 'kB' ? amount * 1024 : amount];
    }),
  );
}

/** Reads `/proc/cgroups`: name, hierarchy, number of cgroups, enabled. */
export function parseCgroups(file: string, text: string): NonNullable<Sample['cgroups']> {
  return Object.fromEntries(
    linesOf(file, text)
      .filter(({ text: line }) => !line.startsWith('#'))
      .map(({ words: [name = '', , count, enabled], integer }) => [
        name,
        { count: integer(count, 'a row of /proc/cgroups'), enabled: enabled === '1' },
      ]),
  );
}

/** Reads `NAME N root yes|no`; what is not seen from its root counts a part of the host only, and is left out. */
export function parseDirectories(file: string, text: string): Record<string, number> {
  return Object.fromEntries(
    linesOf(file, text).flatMap(({ words: [name = '', count, , root], integer, fail }) => {
      if (root !== 'yes' && root !== 'no') return fail('NAME N root yes or no');
      const directories = integer(count, 'NAME N root yes or no');
      return root === 'yes' ? [[name, directories] as const] : [];
    }),
  );
}

/** Reads lines of `/proc/PID/status` and `limits`, and the start. */
export function parseProcess(file: string, text: string): ProcessSample {
  const lines = linesOf(file, text);
  const number = (name: string) => {
    const line = lines.find(({ words }) => words[0] === name);
    return line?.integer(line.words[1], `${name} and a number`);
  };
  const [rss, threads, start] = [number('VmRSS:'), number('Threads:'), number('start')];
  const limit = /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1];
  const state = /^State:\s+(\w)/m.exec(text)?.[1];
  return {
    ...(state !== undefined && { state }),
    ...(rss !== undefined && { rssBytes: rss * 1024 }),
    ...(threads !== undefined && { threads }),
    ...(limit !== undefined && limit !== 'unlimited' && { fileLimit: Number(limit) }),
    start: start ?? lines[0]?.fail('a line start TICKS') ?? 0,
  };
}

/** Reads the descriptors by kind; where a part was looked at, the kinds are scaled to all. */
export function parseDescriptors(file: string, text: string): NonNullable<Sample['dockerdFds']> {
  let [total, looked] = [0, 0];
  const kinds: [string, number][] = [];
  for (const {
    words: [what, first = '', second],
    integer,
    fail,
  } of linesOf(file, text)) {
    if (what === 'total') total = integer(first, 'a number');
    else if (what === 'looked') looked = integer(first, 'a number');
    else if (what === 'kind') kinds.push([first, integer(second, 'a number')]);
    else fail('total, looked or kind');
  }
  const scale = looked > 0 ? total / looked : 1;
  return { total, byKind: Object.fromEntries(kinds.map(([kind, count]) => [kind, Math.round(count * scale)])) };
}

/** Names in the text of `docker info` before its format was JSON, or where the CLI has no --format. */
const textNames: Readonly<Record<string, string>> = {
  'Server Version': 'ServerVersion',
  'Live Restore Enabled': 'LiveRestoreEnabled',
  'File Descriptors': 'NFd',
  Goroutines: 'NGoroutines',
};

/** The lines of `docker info`. @throws {LineError} when none has a name and a value */
function infoLines(file: string, text: string): Line[] {
  const lines = linesOf(file, text);
  if (!lines.some(({ text: line }) => /^\s*[A-Z][\w ().-]*:/.test(line)))
    lines[0]?.fail('lines of docker info, NAME: VALUE');
  return lines;
}

/** Reads what the collector took of `/info`: keys of JSON, or lines of `docker info`. Undefined when the daemon did not answer. */
export function parseInfo(file: string, text: string): DaemonInfo | undefined {
  const keys: Record<string, string | number | boolean> = text.trimStart().startsWith('"')
    ? parseJsonKeys(file, text)
    : Object.fromEntries(
        infoLines(file, text).flatMap(({ text: line, integer }) => {
          const [, name = '', value = ''] = /^\s*([^:]+):\s*(.*)$/.exec(line) ?? [];
          const key = Object.hasOwn(textNames, name) ? textNames[name] : undefined;
          if (key === undefined) return [];
          return [[key, key.startsWith('N') ? integer(value, `${name}: NUMBER`) : value] as const];
        }),
      );
  const { ServerVersion: version, LiveRestoreEnabled: live, NFd, NGoroutines, KernelMemory } = keys;
  // The CLI prints all keys with empty values when no daemon answers.
  if (typeof version !== 'string' || version === '') return undefined;
  return {
    version,
    ...(live !== undefined && { liveRestore: live === true || live === 'true' }),
    ...(typeof NFd === 'number' && NFd > 0 && { descriptors: NFd }),
    ...(typeof NGoroutines === 'number' && NGoroutines > 0 && { goroutines: NGoroutines }),
    ...(typeof KernelMemory === 'boolean' && { kernelMemory: KernelMemory }),
  };
}

/** Reads `ids N` and `copies N`. */
export function parseSlabNames(file: string, text: string): NonNullable<Sample['slabNames']> {
  const { ids = 0, copies = 0 } = numbersByName(file, text);
  return { ids, copies };
}
