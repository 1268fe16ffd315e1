import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { scratch } from '../support/scratch.ts';
import { makeResults } from './results.ts';
import { tryAll, type Input } from './try-all.ts';

/** Paths that nothing can be written to, by what is wrong with them. */
function badPlaces(t: ExecutionContext): Record<string, string> {
  const top = scratch(t);
  const file = path.join(top, 'file');
  writeFileSync(file, 'mine');
  symlinkSync(path.join(top, 'nowhere'), path.join(top, 'dangling'));
  symlinkSync(path.join(top, 'loop'), path.join(top, 'loop'));
  execFileSync('mkfifo', [path.join(top, 'pipe')]);
  return {
    'a file': file,
    'below a file': path.join(file, 'x'),
    'below /proc': '/proc/dockerd-leak-lab/x',
    'deep below /proc': '/proc/self/a/b/c',
    'below /sys': '/sys/dockerd-leak-lab/x',
    'a device': '/dev/null',
    'below a device': '/dev/null/x',
    'a pipe': path.join(top, 'pipe'),
    'a link to nowhere': path.join(top, 'dangling'),
    'a link to itself': path.join(top, 'loop'),
    'a name that is too long': path.join(top, 'x'.repeat(300)),
    'a path that is too long': `${top}/${'x/'.repeat(2200)}`,
  };
}

const commands: ((place: string) => string[])[] = [
  (place) => ['lab', 'report', '--out', place],
  (place) => ['lab', 'rebuild', '--out', place],
  (place) => ['lab', 'prune', '--dry-run', '--out', place],
  (place) => ['lab', 'show', '--out', place],
  (place) => ['lab', 'rejudge', '--out', place],
  (place) => ['lab', 'rejudge', '--all', '--out', place],
  (place) => ['lab', 'open', '--out', place],
  (place) => ['lab', 'compare', 'a', 'b', '--out', place],
  (place) => ['lab', 'upstream', '--out', place],
  (place) => ['lab', 'show', place],
  (place) => ['lab', 'rejudge', place],
  (place) => ['lab', 'compare', '--recorded', place],
  (place) => ['lab', 'kernel', 'advise', '--os-release', place, 'a=b'],
  (place) => ['lab', 'kernel', 'inspect', place],
  (place) => ['scenario', 'mount-busy', '--daemon', place],
  (place) => ['scenario', 'kmem-slab', '--kernel', place],
  (place) => ['matrix', '--only', 'scenario=mount-busy', '--not', 'machine=local', '--out', place],
];

test.serial('paths that lead nowhere', async (t) => {
  const out = scratch(t);
  await makeResults(out);
  const all = [
    ...commands,
    (place: string) => ['lab', 'report', '--out', out, '--to', place],
    (place: string) => ['lab', 'upstream', '--out', out, '--to', place],
    (place: string) => ['lab', 'merge', out, '--out', place],
    (place: string) => ['lab', 'merge', place, '--out', out],
  ];
  const inputs = Object.entries(badPlaces(t)).flatMap(([what, place]) =>
    all.map((words): Input => ({
      name: `${what}: ${words('PLACE').join(' ')}`,
      words: words(place),
      exits: [3, 64, 0],
    })),
  );
  const cache = Object.entries(badPlaces(t)).flatMap(([what, place]) =>
    [
      ['lab', 'daemons'],
      ['lab', 'kernels'],
      ['lab', 'kernel', 'inspect', '6.1'],
      ['lab', 'doctor'],
      ['scenario', 'mount-busy', '--daemon', '1.13.1', '--only', 'mountFlags=slave', '--out', scratch(t)],
    ].map((words): Input => ({
      name: `the cache is ${what}: ${words.join(' ')}`,
      words,
      env: { DOCKERD_LEAK_LAB_CACHE: place, DOCKERD_LEAK_LAB_STATIC_MIRROR: 'http://127.0.0.1:9' },
      exits: [0, 3],
    })),
  );
  await tryAll(t, 'paths', [...inputs, ...cache]);
});

test.serial('what lies where the lab keeps its own files', async (t) => {
  const inputs: Input[] = [];
  for (const words of [
    ['lab', 'report'],
    ['lab', 'rebuild'],
    ['lab', 'prune', '--dry-run'],
    ['lab', 'compare', 'a', 'b'],
  ]) {
    for (const [what, spoil] of Object.entries(spoilers)) {
      const results = scratch(t);
      await makeResults(results);
      let undo: (() => void) | void;
      inputs.push({
        name: `${what}: ${words.join(' ')}`,
        words: [...words, '--out', results],
        prepare: () => (undo = spoil(results)),
        clean: () => undo?.(),
        exits: [0, 3, 64],
      });
    }
  }
  await tryAll(t, 'own files', inputs);
});

/** Things in the place of the history or the report; each may return what undoes it. */
const spoilers: Record<string, (results: string) => (() => void) | void> = {
  'history.sqlite is a directory': (results) => mkdirSync(path.join(results, 'history.sqlite')),
  'history.sqlite is a link': (results) =>
    symlinkSync('netns-restore/latest/run.json', path.join(results, 'history.sqlite')),
  'history.sqlite-wal is a link': (results) =>
    symlinkSync('netns-restore/latest/run.json', path.join(results, 'history.sqlite-wal')),
  'history.sqlite is a pipe': (results) => void execFileSync('mkfifo', [path.join(results, 'history.sqlite')]),
  'history.sqlite is no database': (results) => writeFileSync(path.join(results, 'history.sqlite'), 'x'.repeat(5000)),
  'history.sqlite has no tables'(results) {
    const database = new DatabaseSync(path.join(results, 'history.sqlite'));
    database.exec('PRAGMA user_version = 2');
    database.close();
  },
  'history.sqlite has other tables'(results) {
    const database = new DatabaseSync(path.join(results, 'history.sqlite'));
    database.exec('CREATE TABLE runs (id INTEGER); PRAGMA user_version = 2');
    database.close();
  },
  'report is a file': (results) => writeFileSync(path.join(results, 'report'), 'mine'),
  'report is a link'(results) {
    mkdirSync(path.join(results, 'elsewhere'));
    symlinkSync('elsewhere', path.join(results, 'report'));
  },
  'report/runs.json is a directory': (results) =>
    void mkdirSync(path.join(results, 'report/runs.json'), { recursive: true }),
  'report/index.html is a directory': (results) =>
    void mkdirSync(path.join(results, 'report/index.html'), { recursive: true }),
  'nights is a file'(results) {
    rmSync(path.join(results, 'nights'), { recursive: true });
    writeFileSync(path.join(results, 'nights'), '');
  },
  'a scenario is a file': (results) => writeFileSync(path.join(results, 'stats-leak'), ''),
  'latest is a directory'(results) {
    rmSync(path.join(results, 'netns-restore/latest'));
    mkdirSync(path.join(results, 'netns-restore/latest/x'), { recursive: true });
  },
  'latest leads away'(results) {
    unlinkSync(path.join(results, 'netns-restore/latest'));
    symlinkSync('../../../../etc', path.join(results, 'netns-restore/latest'));
  },
};
