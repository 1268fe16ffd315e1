import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../support/scratch.ts';
import { checkOf } from '../../harness/judge/check.ts';
import { codeValue } from '../../harness/judge/value.ts';
import { textFacts } from '../support/in-words.ts';
import { makeResults } from './results.ts';
import { tryAll, type Input } from './try-all.ts';

/** Sequences that a terminal would obey: colours, the title, the clipboard, the cursor, the alternate screen, C1, carriage returns, direction. */
const sequences: Record<string, string> = {
  colour: '\u001b[31mred\u001b[0m',
  concealed: '\u001b[8mhidden\u001b[28m',
  title: '\u001b]0;owned\u0007',
  clipboard: '\u001b]52;c;cm0gLXJmIC8=\u0007',
  link: '\u001b]8;;http://evil.invalid\u001b\\text\u001b]8;;\u001b\\',
  erase: '\u001b[2J\u001b[H',
  screen: '\u001b[?1049h',
  answer: '\u001b[6n\u001bZ',
  reset: '\u001bc',
  'C1 CSI': '\u009b31m',
  'C1 OSC': '\u009d0;owned\u009c',
  carriage: 'bad\rgood',
  backspace: 'bad\b\b\bgood',
  bell: '\u0007',
  null: 'a\u0000b',
  delete: 'a\u007fb',
  'form feed': 'a\fb\vc',
  'right to left': '\u202egnp.exe\u202c',
  isolate: '\u2067abc\u2069',
  mark: '\u200fabc\u061c',
  surrogate: '\ud800',
};

test.serial('what a stored run, an argument or a file name says to the terminal', async (t) => {
  const inputs: Input[] = [];
  for (const [what, text] of Object.entries(sequences)) {
    const place = scratch(t);
    const cell = { daemon: text, mountFlags: 'slave' };
    const judgement = {
      observed: textFacts(text),
      expected: textFacts(`x${text}`),
      reason: text,
      reference: text,
      checks: [
        { ...checkOf('old', { kind: 'text', text }, { kind: 'text', text: `y${text}` }, [text, text]), name: text },
      ],
      figures: [text],
      bug: 'present' as const,
    };
    await makeResults(place, {
      run: {
        claim: text,
        notes: [text],
        builds: [
          {
            name: text,
            version: text,
            commit: text,
            origin: { kind: 'directory', source: text },
            userland: { name: text, packages: {} },
            binaries: [],
          },
        ],
        commandLine: [text],
      },
      cells: [
        { levels: cell, outcome: 'unexpected', verdict: { version: text, judgement } },
        { levels: { ...cell, mountFlags: 'unset' }, outcome: 'infra-failed', verdict: { failure: `a\n${text}` } },
      ],
    });
    const damaged = scratch(t);
    const run = await makeResults(damaged);
    const names = readdirSync(path.join(damaged, run, 'cells'));
    const verdict = path.join(damaged, run, 'cells', names[0] ?? '', 'verdict.json');
    writeFileSync(verdict, JSON.stringify({ ...JSON.parse(readFileSync(verdict, 'utf8')), [text]: 1 }));
    for (const words of [
      ['lab', 'show', '--out', place],
      ['lab', 'show', '--json', '--out', place],
      ['lab', 'report', '--out', place],
      ['lab', 'compare', text, text, '--out', place],
      ['lab', 'compare', '2026-11-01_02-00-00', '2026-11-01_02-00-00', '--out', place],
      ['lab', 'compare', '--json', '2026-11-01_02-00-00', '2026-11-01_02-00-00', '--out', place],
      ['lab', 'upstream', '--out', place],
      ['lab', 'upstream', '--cell', text, '--out', place],
      ['lab', 'show', '--out', damaged],
      ['lab', 'rejudge', '--out', place],
      ['lab', 'rejudge', '--out', damaged],
      ['lab', 'rejudge', '--json', '--out', damaged],
      ['lab', 'rejudge', text, '--out', place],
      ['lab', 'report', '--out', damaged],
      ['lab', 'show', text, '--out', place],
      ['lab', 'show', '--out', path.join(place, 'x', text.replaceAll('\0', ''))],
      ['lab', text],
      ['scenario', text],
      ['scenario', 'netns-restore', '--machine', text],
      ['scenario', 'netns-restore', '--daemon', text],
      ['scenario', 'netns-restore', '--only', text],
      ['scenario', 'netns-restore', '--only', `mountFlags=${text}`],
      ['scenario', 'netns-restore', '--jobs', text],
      ['scenario', 'netns-restore', '--size', text],
      ['scenario', 'kmem-slab', '--kernel', text],
      ['matrix', '--profile', text],
      ['matrix', '--only', text],
      ['lab', 'kernel', 'inspect', text],
      ['lab', 'kernel', 'advise', '--', text],
      ['lab', 'merge', text, '--out', place],
      ['lab', 'compare', '--recorded', text],
    ]) {
      inputs.push({
        name: `${what}: ${words.map((word) => (word === text ? 'TEXT' : word)).join(' ')}`,
        words,
        // JSON stays unchanged.
        wrong({ stdout }) {
          if (!words.includes('--json') || words[1] !== 'show') return undefined;
          const said: unknown = JSON.parse(stdout);
          return JSON.stringify(said).includes(JSON.stringify(text).slice(1, -1))
            ? undefined
            : 'the JSON is other data';
        },
      });
    }
  }
  await tryAll(t, 'terminal', inputs);
});

test.serial('evidence of megabytes is told in a length that can be read', async (t) => {
  const place = scratch(t);
  const long = 'x'.repeat(1_000_000);
  const lines = Array.from({ length: 20_000 }, (_, line) => `line ${line}`).join('\n');
  const cells = [long, lines].flatMap((failure, index) => [
    { levels: { daemon: `${index}` }, outcome: 'infra-failed' as const, verdict: { failure } },
    {
      levels: { daemon: `${index}`, mood: 'judged' },
      outcome: 'unexpected' as const,
      verdict: {
        judgement: {
          observed: textFacts(failure),
          expected: textFacts(failure.slice(1)),
          reason: 'none',
          reference: 'none',
          checks: [checkOf('docker-rm', codeValue('busy'), codeValue('removed'), [failure])],
          figures: [failure],
          bug: 'present' as const,
        },
      },
    },
  ]);
  await makeResults(place, { cells });
  const tooLong = ({ stdout, stderr }: { stdout: string; stderr: string }) =>
    stdout.length + stderr.length > 60_000 ? `it prints ${stdout.length + stderr.length} characters` : undefined;
  await tryAll(t, 'length', [
    { name: 'show', words: ['lab', 'show', '--out', place], wrong: tooLong },
    { name: 'report', words: ['lab', 'report', '--out', place], wrong: tooLong, exits: [0] },
    { name: 'an argument', words: ['scenario', long], exits: [64] },
  ]);
});
