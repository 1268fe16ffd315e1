import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { parseHTML } from 'linkedom';
import { readPages, root } from '../docs/pages.ts';
import { scratch } from '../support/scratch.ts';

test.serial('the site is built, and each link and anchor in it leads somewhere', async (t) => {
  t.timeout(15 * 60_000);
  const site = path.join(scratch(t), 'site');
  const built = await execa('vitepress', ['build', 'docs', '--outDir', site], {
    cwd: root,
    preferLocal: true,
    reject: false,
    all: true,
    // No server answers there: the site is built without a network.
    env: { http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9' },
  });
  t.is(built.exitCode, 0, built.all);

  const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!404)\.html$/.test(file));
  t.is(files.length, readPages().length);
  const documents = new Map(
    files.map((file) => [file, parseHTML(readFileSync(path.join(site, file), 'utf8')).document]),
  );
  const wrong: string[] = [];
  let links = 0;
  for (const [file, document] of documents) {
    for (const element of document.querySelectorAll('a[href], img[src], script[src], link[href]')) {
      const target = element.getAttribute('href') ?? element.getAttribute('src') ?? '';
      const { host, pathname, hash } = new URL(target, `http://site/${file}`);
      if (host !== 'site') {
        if (element.localName !== 'a') wrong.push(`${file} loads ${target}`);
        continue;
      }
      links++;
      const place = decodeURIComponent(pathname).replace(/^\/+/, '').replace(/^$/, 'index.html');
      if (!existsSync(path.join(site, place))) wrong.push(`${file}: ${target}`);
      else if (hash !== '' && !documents.get(place)?.getElementById(decodeURIComponent(hash.slice(1))))
        wrong.push(`${file}: ${target}: no such heading`);
    }
  }
  t.deepEqual(wrong, []);
  t.true(links > 1000, `${links} links`);
});

test.serial('a dead link fails the build', async (t) => {
  t.timeout(15 * 60_000);
  const place = scratch(t);
  const config = `export { default } from ${JSON.stringify(path.join(root, 'docs/.vitepress/config.ts'))};`;
  mkdirSync(path.join(place, 'docs/.vitepress'), { recursive: true });
  writeFileSync(path.join(place, 'docs/.vitepress/config.ts'), config);
  writeFileSync(path.join(place, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(place, 'README.md'), '[gone](docs/gone.md)\n');
  const built = await execa('vitepress', ['build', path.join(place, 'docs')], {
    cwd: root,
    preferLocal: true,
    // In CI its words are coloured.
    env: { NO_COLOR: '1' },
    reject: false,
    all: true,
  });
  t.not(built.exitCode, 0);
  t.regex(built.all ?? '', /Found dead link \.\/docs\/gone in file README\.md/);
});
