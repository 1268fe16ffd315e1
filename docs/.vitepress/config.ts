import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { defineConfig } from 'vitepress';

const root = path.resolve(import.meta.dirname, '../..');

/** Files that pages link to and that are no pages: the site has them where the tree has them. */
const linkedFiles = [
  'docs/schema',
  'docs/github-nightly.yml',
  'docs/gitlab-nightly.yml',
  'docs/fleet-worker.compose.yml',
];

const page = (text: string, link: string) => ({ text, link });

// The tree itself is the source, so that a link is the same for a reader of the repository and for one of the site.
export default defineConfig({
  title: 'dockerd-leak-lab',
  description: 'Reproduces leaks of container hosts on real dockers and real kernels',
  lang: 'en',
  srcDir: '..',
  srcExclude: ['{dist,harness,scenarios,test,vms,.github}/**', 'results/*/**'],
  rewrites: { 'README.md': 'index.md' },
  lastUpdated: false,
  async buildEnd({ outDir }) {
    for (const file of linkedFiles) {
      await mkdir(path.dirname(path.join(outDir, file)), { recursive: true });
      await cp(path.join(root, file), path.join(outDir, file), { recursive: true });
    }
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      {
        text: 'Start',
        items: [
          page('Overview', '/'),
          page('First leak in a minute', '/docs/first-leak'),
          page('Install', '/docs/install'),
          page('Diagnose a host', '/docs/diagnose'),
          page('Troubleshooting by message', '/docs/troubleshooting'),
        ],
      },
      {
        text: 'Reproduce',
        items: [
          page('Scenarios', '/docs/scenarios'),
          page('Bring your own daemon', '/docs/daemons'),
          page('Bring your own kernel', '/docs/kernels'),
          page('Machines', '/docs/machines'),
          page('Replica', '/docs/replica'),
          page('Report to upstream', '/docs/upstream'),
        ],
      },
      {
        text: 'Night by night',
        items: [
          page('Nightly in CI', '/docs/nightly'),
          page('History and pages', '/docs/history'),
          page('A fleet', '/docs/fleet'),
        ],
      },
      {
        text: 'Results',
        items: [
          page('Measured on dockers', '/docs/measured-dockers'),
          page('Measured on kernels', '/docs/measured-kernels'),
          page('How the judge decides', '/docs/judge'),
          page('What a run stores', '/results/README'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('Command line', '/docs/reference/cli'),
          page('Exit codes', '/docs/reference/exit-codes'),
          page('Schemas', '/docs/reference/schemas'),
          page('Settings', '/docs/settings'),
          page('Glossary', '/docs/glossary'),
        ],
      },
      {
        text: 'Project',
        items: [
          page('Write a scenario', '/docs/write-a-scenario'),
          page('Write one outside the lab', '/docs/write-a-scenario-outside'),
          page('Contributing', '/CONTRIBUTING'),
          page('Benchmarks', '/BENCHMARKS'),
          page('Security', '/SECURITY'),
          page('Changes', '/CHANGELOG'),
        ],
      },
    ],
  },
});
