import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { makeNight, makeRun, slope, type MadeCell } from '../harness/history/testing/stored.ts';
import { checkOf } from '../harness/judge/check.ts';
import { textFacts } from './support/in-words.ts';
import { openBrowser } from './support/browser.ts';
import { cli } from './support/cli.ts';
import { scratch } from './support/scratch.ts';

/** Hostile text in a daemon's log, a caller's command line or a user's `--daemon`. */
const hostile = [
  '<script>document.title = "owned"</script>',
  '"><img src=x onerror="document.title=1">',
  ']]>--></style></pre></textarea>',
  "';alert(1)//`${1}`",
  '\u001B[31mred\u001B[0m\u0007',
  '\u202Egnp.exe\u2066',
  '&lt;b&gt; &amp;',
] as const;

const good = { daemon: '20.10.24', mountFlags: 'slave' };
const unset = { daemon: '20.10.24', mountFlags: 'unset' };
const control = { control: 'planted leak', daemon: '20.10.24' };
const evil = { daemon: hostile[0], mountFlags: hostile[1], mood: hostile[5] };

/** Of a real daemon. */
const heap = path.join(import.meta.dirname, '../harness/profile/testing/heap-1.13.1-4000-hanging-calls.pb.gz');

/** Two nights, with every outcome and every part that a page may have, and what is hostile wherever text comes from outside. */
async function makeResults(results: string): Promise<void> {
  const judgement = {
    observed: textFacts(hostile.join(' ')),
    expected: textFacts(hostile[1]),
    reason: hostile[2],
    reference: hostile[3],
    checks: [
      {
        ...checkOf('old', { kind: 'text', text: hostile[4] }, { kind: 'text', text: hostile[1] }, hostile),
        name: hostile[0],
      },
    ],
    figures: [...hostile],
    slopes: [slope(1)],
    bug: 'present' as const,
  };
  const cells = (night: number): MadeCell[] => [
    { levels: control, outcome: 'as-expected' },
    { levels: good, outcome: night === 1 ? 'as-expected' : 'unexpected', slopes: [slope(night * 5)] },
    { levels: unset, outcome: 'as-expected' },
    { levels: unset, outcome: 'inconclusive', repeat: 2 },
    { levels: evil, outcome: 'unexpected', verdict: { judgement } },
    { levels: { ...good, mood: 'none' }, outcome: 'not-applicable' },
    { levels: { ...good, mood: 'boot' }, outcome: 'boot-failed', verdict: { failure: hostile.join('\n') } },
    { levels: { ...good, mood: 'unfinished' } },
  ];
  for (const night of [1, 2]) {
    const start = `2026-11-0${night}T02:00:00.000Z`;
    const run = await makeRun(results, 'fake', start, cells(night), {
      claim: hostile[0],
      notes: [...hostile],
      commandLine: ['npm', 'run', ...hostile],
      machine: {
        kind: 'local',
        machine: 'local',
        kernel: hostile[1],
        kernelCommandLine: hostile[2],
        cpus: 2,
        memoryBytes: 2 ** 30,
        limits: [hostile[3]],
      },
    });
    addEvidence(path.join(results, run, 'cells'));
    await makeNight(results, start, [run]);
  }
}

/** The files that protocols write beside the verdict, into every cell. */
function addEvidence(cells: string): void {
  const doses = [0, 10, 20];
  const series = (metric: string, each: number) => ({
    metric,
    unit: 'fds',
    per: 'call',
    granularity: 1,
    points: doses.map((dose) => ({ dose, value: 10 + each * dose })),
  });
  const netns = [
    { path: `/run/${hostile[1]}`, magic: '6e736673', state: 'nsfs' },
    { path: '/run/docker/netns/809fe71d52a5', magic: '1021994', state: 'lost' },
  ];
  // No scenario has this name: its evidence names its kinds itself.
  const observations = {
    schema: 2,
    evidence: {
      series: { kind: 'dose-series', value: [series('fds', 1), series(hostile[0], 2)] },
      idle: { kind: 'idle-series', value: [series('fds', 0)] },
      callers: {
        kind: 'callers',
        value: [{ pid: 42, user: 0, command: hostile[0], age: 61, connections: 3000 }],
      },
      netnsFiles: { kind: 'netns-files', value: netns },
      'later.netnsFiles': { kind: 'netns-files', value: netns },
      kernelLog: { kind: 'kernel-log', value: [...hostile] },
      refusal: { kind: 'mkdir-refusal', value: hostile[3] },
      [hostile[2]]: { kind: hostile[0], value: null },
    },
  };
  const counts = { sent: 30, open: 0, answered: 0, givenUp: 0, ended: 0, bytes: 0 };
  const tally = { ...counts, failures: {}, seconds: 1, rss: 1 };
  const events = [
    { code: 'client-started', client: hostile[0], pid: 42, collector: 'healthy', at: 100 },
    ...doses.map((dose) => ({
      code: 'reading',
      at: 1000 + dose,
      dose,
      values: { fds: 10 + dose, [hostile[1]]: dose, still: 3 },
    })),
    ...[1015, 1030].map((at) => ({ code: 'garbage-collected', page: 'heap?gc=1', at })),
    { code: 'clients-closed', tally, at: 1018 },
  ].map((event) => JSON.stringify({ schema: 2, time: '2026-11-01T02:00:00.000Z', ...event }));
  for (const name of readdirSync(cells)) {
    const directory = path.join(cells, name);
    writeFileSync(path.join(directory, 'observations.json'), JSON.stringify(observations));
    writeFileSync(path.join(directory, 'events.ndjson'), `${events.join('\n')}\n{"at":`);
    writeFileSync(path.join(directory, 'dockerd-1.log'), `${hostile.join('\n')}\n`.repeat(400));
    copyFileSync(heap, path.join(directory, 'heap.pb.gz'));
    copyFileSync(heap, path.join(directory, 'heap-before.pb.gz'));
  }
}

const pages = [
  'index.html',
  'known.html',
  'known/fake.html',
  'runs/fake/2026-11-01_02-00-00.html',
  'runs/fake/2026-11-02_02-00-00.html',
];

interface Opened {
  page: Page;
  /** The errors of the browser. */
  complaints: string[];
}

async function open(
  browser: Browser,
  report: string,
  name: string,
  look: { colorScheme: 'light' | 'dark'; width: number },
): Promise<Opened> {
  const context = await browser.newContext({
    colorScheme: look.colorScheme,
    viewport: { width: look.width, height: 900 },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(`left the disk: ${request.url()}`);
  });
  await page.goto(pathToFileURL(path.join(report, name)).href);
  return { page, complaints };
}

test('every page in a real browser: both themes, a phone’s width, nothing to complain about, accessible', async (t) => {
  t.timeout(15 * 60_000);
  const shared = scratch(t);
  const results = path.join(shared, 'results');
  mkdirSync(results);
  await makeResults(results);
  const made = await cli(['lab', 'report', '--out', results]);
  t.is(made.stderr, '');
  t.is(made.exitCode, 0);
  const report = path.join(results, 'report');
  await using browser = await openBrowser(shared);
  for (const name of pages) {
    const { page, complaints } = await open(browser, report, name, { colorScheme: 'light', width: 1280 });
    // The page's own policy forbids scripts that are not ours: axe comes in through the debugger.
    await page.evaluate(axe.source);
    await page.evaluate('for (const folded of document.querySelectorAll("details")) folded.open = true');
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const where = `${name} ${colorScheme} ${width}`;
        // Pictures that are below the fold are loaded when they are looked at.
        for (const picture of await page.locator('img').all()) await picture.scrollIntoViewIfNeeded();
        t.deepEqual(complaints, [], where);
        t.not(await page.title(), 'owned', where);
        t.is(await page.locator('main script, script[src], img:not(.flame), main style, [onerror]').count(), 0, where);
        t.true(
          await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'),
          `${where} scrolls to the side`,
        );
        const backdrop = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
        t.is(backdrop, colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(22, 24, 29)', where);
        // The themes differ in their colours alone, and one rule looks at those.
        const rules = colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] };
        // The policy forbids to load a style sheet again, too, for the rules that read them.
        const options = JSON.stringify({ ...rules, preload: false });
        const { violations, passes } = await page.evaluate<axe.AxeResults>(`axe.run(${options})`);
        t.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`),
          [],
          where,
        );
        t.true(passes.length > (colorScheme === 'light' ? 10 : 0), where);
      }
    }
    await page.context().close();
  }
  const { page } = await open(browser, report, 'index.html', { colorScheme: 'light', width: 1280 });
  await looksAtMatrix(t, page);
  const run = await open(browser, report, 'runs/fake/2026-11-02_02-00-00.html', { colorScheme: 'light', width: 1280 });
  for (const line of [hostile[0], hostile[1], hostile[2], hostile[3], hostile[6]]) {
    t.true((await run.page.locator('main').textContent())?.includes(line), line);
  }
  t.true((await run.page.locator('main').textContent())?.includes('⟨U+001B⟩[31mred⟨U+001B⟩[0m⟨U+0007⟩'));
  t.true((await run.page.locator('main').textContent())?.includes('⟨U+202E⟩gnp.exe⟨U+2066⟩'));
  await looksAtTime(t, run.page);
  t.deepEqual(JSON.parse(readFileSync(path.join(report, 'runs.json'), 'utf8')), {
    schema: 1,
    runs: ['fake/2026-11-01_02-00-00', 'fake/2026-11-02_02-00-00'],
  });
});

/** The events of a cell are on each of its plots: those that are few with their numbers, collections as small signs. */
async function looksAtTime(t: ExecutionContext, page: Page) {
  const section = page.locator('details', { hasText: 'Every probe over time' }).first();
  await section.locator('summary').click();
  const words = (await section.innerText()).replaceAll(/\s+/g, ' ');
  t.true(words.includes(`Before the first reading: client ${hostile[0]} started at 0.1 s.`), words);
  t.true(words.includes('clients closed at 1.0 s'), words);
  t.true(words.includes('▾ A garbage collection that the lab has asked the daemon for, 2 in all'), words);
  const plot = section.locator('svg').first();
  t.is(await plot.locator('g.mark:not(text) line').count(), 1);
  t.deepEqual(await plot.locator('g.mark text').allTextContents(), ['1']);
  t.is(await plot.locator('g.mark path').count(), 2);
}

async function looksAtMatrix(t: ExecutionContext, page: Page) {
  const rows = async () => {
    const visible = await page.locator('tr[data-facts]:visible').all();
    return Promise.all(visible.map(async (row) => (await row.innerText()).replaceAll(/\s+/g, ' ')));
  };
  const slave = 'daemon 20.10.24 mountFlags slave';
  const broken = `${slave} local ✘ regression ↕ moved first bad 2026-11-02 02:00, last good 2026-11-01 02:00 ✔ as expected, 5 fds ✘ unexpected, 10 fds`;
  const boot = `${slave} mood boot local ! stale ! boot failed ! boot failed`;
  const unfinished = `${slave} mood unfinished local ! stale … not finished … not finished`;
  const none = `${slave} mood none local – not applicable – not applicable, 20.0 s – not applicable, 20.0 s`;
  t.deepEqual(await rows(), [
    'fake control planted leak daemon 20.10.24 local ✔ passing ✔ as expected, 20.0 s ✔ as expected, 20.0 s',
    broken,
    boot,
    none,
    unfinished,
    'daemon 20.10.24 mountFlags unset local ≈ flaky ≈ flaky, 20.0 s 2 tries ≈ flaky, 20.0 s 2 tries',
    `daemon ${hostile[0]} mountFlags ${hostile[1]} mood ⟨U+202E⟩gnp.exe⟨U+2066⟩ local ✘ still failing first bad 2026-11-01 02:00, last good never ✘ unexpected, 1 fds ✘ unexpected, 1 fds`,
  ]);
  await page.locator('select[name=mountFlags]').selectOption('slave');
  t.is(new URL(page.url()).hash, '#mountFlags=slave');
  t.deepEqual(await rows(), [broken, boot, none, unfinished]);
  t.is(await page.locator('#shown').innerText(), '4 of 7 cells are shown.');
  // A link to a filtered view shows it to everyone who opens it.
  await page.goto(`${page.url()}&stands=regression`);
  t.deepEqual(await rows(), [broken]);
  t.is(await page.locator('select[name=stands]').inputValue(), 'regression');
  // Two nights beside each other: the rows whose outcomes differ, and no other column.
  await page.goto(`${page.url().split('#')[0]}#`);
  await page.locator('select[name=before]').selectOption({ index: 1 });
  await page.locator('select[name=after]').selectOption({ index: 2 });
  t.deepEqual(await rows(), [broken]);
  t.is(await page.locator('.matrix thead th:visible').count(), 3);
  await page.locator('select[name=after]').selectOption({ index: 0 });
  t.is(await page.locator('#shown').innerText(), '');
  await page.goto(`${page.url().split('#')[0]}#mountFlags=slave&stands=regression`);
  // By keyboard alone: over the navigation, and along the entries of the matrix.
  await page.reload();
  await page.keyboard.press('Tab');
  t.is(await page.evaluate<string>('document.activeElement.textContent'), 'Skip to the content');
  await page.locator('td.bad:visible a').focus();
  await Promise.all([page.waitForURL('**/runs/fake/2026-11-02_02-00-00.html#cell-*'), page.keyboard.press('Enter')]);
}
