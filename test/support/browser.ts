import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { quietly } from '../../harness/fetch/cache.ts';
import { fetchKit } from '../../harness/fetch/kit.ts';
import { findInPath } from '../../harness/fetch/qemu.ts';

/** No sandbox, as tests run as root; nothing that asks the network for anything. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** A browser that is installed, or Debian's in a root of its own. @param shared a directory that it sees, for pages and its own files */
export async function openBrowser(shared: string): Promise<Browser> {
  const installed = (await findInPath('chromium')) ?? (await findInPath('google-chrome'));
  const options = {
    args: flags,
    headless: true,
    artifactsDir: shared,
    env: { ...process.env, HOME: shared, TMPDIR: shared },
  };
  if (installed !== undefined) return chromium.launch({ ...options, executablePath: installed });
  const kit = await fetchKit('chromium', quietly());
  const root = path.join(shared, 'browser-root');
  mkdirSync(root);
  return chromium.launch({
    ...options,
    executablePath: path.join(import.meta.dirname, 'browser.sh'),
    env: { ...options.env, KIT: kit.root, SHARED: shared, ROOT: root },
  });
}
