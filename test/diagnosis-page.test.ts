import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import axe from 'axe-core';
import { diagnose, type Diagnosis } from '../harness/diagnose/diagnose.ts';
import { fakeEvidence } from '../harness/diagnose/testing/fake-bundle.ts';
import { hangingHost } from '../harness/diagnose/testing/hanging-host.ts';
import { diagnosisPage } from '../harness/report/diagnosis/diagnosis-page.ts';
import { knowledge } from '../scenarios/common/diagnosis/knowledge.ts';
import { openBrowser } from './support/browser.ts';
import { scratch } from './support/scratch.ts';

const hostile = '<script>document.title = "owned"</script>';
const named = (host: string, changes: Readonly<Record<string, string | undefined>> = {}): Diagnosis => ({
  ...diagnose(fakeEvidence(changes), knowledge),
  host,
});
const hosts = [named('web-1', hangingHost), named('web-2'), named('db-1'), named(hostile, hangingHost)];
const pages = {
  'fleet.html': diagnosisPage(hosts, [{ source: 'c.tar', why: 'reading the bundle c.tar: it is empty' }]),
  'host.html': diagnosisPage(hosts.slice(0, 1), []),
};

test.serial(
  'the page in a browser: its policy lets its own style and script in, nothing complains, and axe finds nothing',
  async (t) => {
    const directory = scratch(t);
    for (const [name, page] of Object.entries(pages)) writeFileSync(path.join(directory, name), page);
    const browser = await openBrowser(directory);
    t.teardown(() => browser.close());
    for (const name of Object.keys(pages)) {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [400, 1280]) {
          const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
          const page = await context.newPage();
          const complaints: string[] = [];
          page.on('console', (message) => complaints.push(message.text()));
          page.on('pageerror', (error) => complaints.push(error.message));
          await page.goto(pathToFileURL(path.join(directory, name)).href);
          const where = `${name}, ${colorScheme}, ${width}`;
          t.deepEqual(complaints, [], where);
          t.not(await page.title(), 'owned');
          t.is(await page.evaluate<string>('getComputedStyle(document.querySelector("h1")).fontSize'), '24px', where);
          t.true(
            await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'),
            `${where} scrolls to the side`,
          );
          await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
          // The page's own policy forbids scripts that are not ours: axe comes in through the debugger.
          await page.evaluate(axe.source);
          const { violations, passes } = await page.evaluate<axe.AxeResults>('axe.run()');
          t.deepEqual(
            violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`),
            [],
            where,
          );
          t.true(passes.length > 10, where);
          await context.close();
        }
      }
    }
  },
);

test.serial('the filter shows the hosts that have the text and the state', async (t) => {
  const directory = scratch(t);
  const file = path.join(directory, 'fleet.html');
  writeFileSync(file, pages['fleet.html']);
  const browser = await openBrowser(directory);
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  const visible = async () => [
    await page.locator('#shown').innerText(),
    ...(await page.locator('tbody tr:visible th').allInnerTexts()),
  ];
  t.deepEqual(await visible(), ['4 of 4 hosts', hostile, 'web-1', 'db-1', 'web-2']);
  await page.getByLabel('Text').fill('WEB');
  t.deepEqual(await visible(), ['2 of 4 hosts', 'web-1', 'web-2']);
  await page.getByLabel('State').selectOption('affected');
  t.deepEqual(await visible(), ['1 of 4 hosts', 'web-1']);
  await page.getByLabel('Text').fill('');
  t.deepEqual(await visible(), ['2 of 4 hosts', hostile, 'web-1']);
  await page.getByLabel('State').selectOption('unknown');
  t.deepEqual(await visible(), ['0 of 4 hosts']);
  await page.getByLabel('State').selectOption('');
  await page.getByRole('link', { name: 'web-1' }).click();
  t.is(new URL(page.url()).hash, '#host-1');
  // A link to a host opens it.
  await t.notThrowsAsync(page.locator('#host-1').getByText('npm run scenario stats-leak').waitFor());
});
