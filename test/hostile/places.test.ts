import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { scratch } from '../support/scratch.ts';
import { contentsOf, copies, files, leaks, type Place } from './copies.ts';
import { tryAll, type Input } from './try-all.ts';

test.serial('what is written goes into its own place, and what is removed is the lab’s', async (t) => {
  const make = await copies(t);
  const outside = scratch(t);
  const victim = path.join(outside, 'victim');
  const precious = () => {
    rmSync(outside, { recursive: true, force: true });
    mkdirSync(path.join(outside, 'runs/mine'), { recursive: true });
    for (const name of ['victim', 'runs/mine/thesis', 'index.html', 'runs.json', 'notes']) {
      writeFileSync(path.join(outside, name), 'mine');
    }
  };
  const unharmed = () => {
    for (const name of ['victim', 'runs/mine/thesis', 'index.html', 'runs.json', 'notes']) {
      const file = path.join(outside, name);
      if (!existsSync(file) || readFileSync(file, 'utf8') !== 'mine') return `${name} is not as it was`;
    }
    return readdirSync(outside).length === 5 ? undefined : `there is more: ${readdirSync(outside).join(' ')}`;
  };
  const inputs: Input[] = [];
  const add = (name: string, words: (place: Place) => string[], spoil: (place: Place) => void) => {
    const place = make();
    inputs.push({
      name,
      words: words(place),
      prepare() {
        precious();
        spoil(place);
      },
      wrong: (ended) => unharmed() ?? leaks(place, ended),
    });
  };
  const report = ({ results }: Place) => ['lab', 'report', '--out', results];
  add(
    '--to a directory of somebody’s',
    ({ results }) => ['lab', 'report', '--out', results, '--to', outside],
    () => {},
  );
  for (const name of ['index.html', 'runs.json', 'runs', 'assets', 'assets/style.css', '.dockerd-leak-lab']) {
    add(`report/${name} is a link`, report, ({ results }) => {
      mkdirSync(path.join(results, 'report', path.dirname(name)), { recursive: true });
      symlinkSync(name === 'runs' || name === 'assets' ? outside : victim, path.join(results, 'report', name));
    });
  }
  add('report is a link', report, ({ results }) => symlinkSync(outside, path.join(results, 'report')));
  add('a page is a link', report, ({ results, run }) => {
    mkdirSync(path.join(results, 'report', 'runs', path.dirname(run)), { recursive: true });
    writeFileSync(path.join(results, 'report/runs.json'), '{"schema":1,"runs":[]}');
    symlinkSync(victim, path.join(results, 'report/runs', `${run}.html`));
  });
  for (const name of [
    'upstream',
    'upstream/moby.md',
    'upstream/heap.svg',
    'upstream/dose-fds.svg',
    'upstream/reproduce-netns-restore.sh',
  ]) {
    add(
      `${name} is a link`,
      ({ results }) => ['lab', 'upstream', '--out', results],
      ({ file }) => {
        mkdirSync(path.dirname(file(name)), { recursive: true });
        symlinkSync(name === 'upstream' ? outside : victim, file(name));
      },
    );
  }
  for (const name of ['moby.md', 'heap.svg']) {
    add(
      `--to with ${name} as a link`,
      ({ results }) => ['lab', 'upstream', '--out', results, '--to', path.join(results, 'to')],
      ({ results }) => {
        mkdirSync(path.join(results, 'to'));
        symlinkSync(victim, path.join(results, 'to', name));
      },
    );
  }
  add(
    'drafts.json is a link',
    ({ results }) => ['lab', 'upstream', '--out', results, '--to', path.join(results, 'to')],
    ({ file }) => symlinkSync(victim, file('drafts.json')),
  );
  const merge = ({ results }: Place) => ['lab', 'merge', results, '--out', path.join(results, 'merged')];
  for (const name of [...files, 'extra.log', 'upstream']) {
    add(`merge: ${name} is a link`, merge, ({ file }) => {
      rmSync(file(name), { force: true });
      symlinkSync(victim, file(name));
    });
  }
  add('merge: night.json is a link', merge, ({ results }) => {
    const night = path.join(results, 'nights', readdirSync(path.join(results, 'nights'))[0] ?? '', 'night.json');
    renameSync(night, path.join(outside, '..', 'night-of-hostile'));
    symlinkSync(victim, night);
  });
  for (const name of ['netns-restore', 'nights']) {
    add(`merge: ${name} of the target is a link`, merge, ({ results }) => {
      mkdirSync(path.join(results, 'merged'));
      symlinkSync(outside, path.join(results, 'merged', name));
    });
  }
  add('merge: a target that is a link', merge, ({ results, run }) => {
    mkdirSync(path.join(results, 'merged', path.dirname(run)), { recursive: true });
    symlinkSync(outside, path.join(results, 'merged', run));
  });
  add('history.sqlite is a link', report, ({ results }) => symlinkSync(victim, path.join(results, 'history.sqlite')));
  add('history.sqlite-wal is a link', report, ({ results }) =>
    symlinkSync(victim, path.join(results, 'history.sqlite-wal')),
  );
  for (const command of ['report', 'show', 'upstream']) {
    add(
      `latest leads away: ${command}`,
      ({ results }) => ['lab', command, ...(command === 'report' ? [] : ['netns-restore']), '--out', results],
      ({ results }) => {
        rmSync(path.join(results, 'netns-restore/latest'));
        symlinkSync(outside, path.join(results, 'netns-restore/latest'));
      },
    );
  }
  await tryAll(t, 'places', inputs);
  rmSync(path.join(outside, '..', 'night-of-hostile'), { force: true });
});

test.serial('no page has a script of a stored picture, and none runs', async (t) => {
  const { results } = (await copies(t))();
  const inputs: Input[] = [
    {
      name: 'heap.svg with a script',
      words: ['lab', 'report', '--out', results],
      exits: [0],
      wrong() {
        const made = contentsOf(path.join(results, 'report'));
        if (!made.some((content) => content.includes('heap in use after GC'))) return 'there is no flame graph';
        if (made.some((content) => content.includes('alert(1)'))) return 'the script is published';
        const pages = made.filter((content) => content.startsWith('<!doctype html>'));
        return pages.length > 1 && pages.every((page) => page.includes('default-src &#39;none&#39;'))
          ? undefined
          : 'a page has no policy';
      },
    },
  ];
  await tryAll(t, 'scripts', inputs);
});
