import type { HostFacts } from '../model/evidence.ts';
import { linesOf } from '../text/lines.ts';

/** Reads `uname -srvm`: the release is its second word. */
export function parseKernel(file: string, text: string): string {
  const [line] = linesOf(file, text);
  const release = line?.words[1] ?? '';
  return /^\d+\.\d+/.test(release) ? release : (line?.fail('the output of uname -srvm') ?? '');
}

/** Reads os-release(5), or the one line of /etc/redhat-release from before it. */
export function parseRelease(file: string, text: string): NonNullable<HostFacts['os']> {
  for (const { text: line, fail } of linesOf(file, text)) {
    if (!/^[A-Z_]+=|\brelease \d/.test(line)) fail('NAME=VALUE, or a name with its release');
  }
  const value = (name: string) => new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(text)?.[1] ?? '';
  const name = value('PRETTY_NAME') || (text.split('\n')[0] ?? '');
  return { id: value('ID'), version: value('VERSION_ID'), name };
}

/** Reads the words of `/proc/cmdline`. */
export function parseCommandLine(file: string, text: string): string[] {
  const lines = linesOf(file, text);
  const words = lines.flatMap((line) => line.words);
  const isOne = words.every((word) => /^[!-~]+$/.test(word)) && words.some((word) => /^[\w.-]+(?:=|$)/.test(word));
  return isOne ? words : (lines[0]?.fail('parameters of a kernel, divided by blanks') ?? []);
}

/** Reads `FILE WORD`: words of a kernel command line in the boot loader's configuration. */
export function parseBootWords(file: string, text: string): NonNullable<HostFacts['bootWords']> {
  return linesOf(file, text).map(({ words: [from = '', word], fail }) => {
    if (word === undefined || !from.startsWith('/')) return fail('a file and a word of a kernel command line');
    return { file: from, word };
  });
}

/** Reads `online N` and `possible LIST`. */
export function parseCpus(file: string, text: string): NonNullable<HostFacts['cpus']> {
  const [online, possible] = linesOf(file, text);
  return {
    online: online?.integer(online.words[1], 'online and a number of CPUs') ?? 0,
    possible: listedCpus(possible?.words[1] ?? '') || (possible?.fail('possible and a list of CPUs') ?? 0),
  };
}

/** Reads `NAME NUMBER…` of `/proc/sys`. */
export function parseSysctl(file: string, text: string): NonNullable<HostFacts['sysctl']> {
  return Object.fromEntries(
    linesOf(file, text).map(({ words: [name = '', first, ...others], integer }) => [
      name,
      [first, ...others].map((value) => integer(value, 'the name of a setting and integers')),
    ]),
  );
}

/** The number of CPUs in a list of the kernel, e.g. 6 in `0-3,6-7`. */
function listedCpus(list: string): number {
  return list
    .split(',')
    .map((range) => /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range))
    .reduce((sum, range) => sum + (range ? Number(range[2] ?? range[1]) - Number(range[1]) + 1 : 0), 0);
}
