import type { Command } from 'commander';
import { printableJson } from '../core/printable.ts';
import { openTable } from '../report/table.ts';
import { paintFor } from '../report/style.ts';
import { cacheDirectory } from '../fetch/cache.ts';
import { listDockerBuilds } from '../fetch/known-builds.ts';

const howToBring =
  'Builds that are not cached are downloaded on use. If the address of a static build is not reachable, bring the build as\n' +
  '--daemon DIR or --daemon FILE.tgz, from a copy of the tarballs named in DOCKERD_LEAK_LAB_STATIC_MIRROR, or as\n' +
  '--daemon dind:VERSION out of the image docker:VERSION-dind, where a docker engine and its registry are in reach.\n';

/** `lab daemons` */
export function addDaemonsCommand(lab: Command): void {
  lab
    .command('daemons')
    .description('list the docker builds that are known, which are cached, where they came from, what is missing')
    .option('--json', 'as JSON')
    .action(async (options: { json?: true }) => {
      const cache = cacheDirectory();
      const builds = await listDockerBuilds(cache);
      if (options.json) {
        process.stdout.write(`${printableJson({ cache, builds })}\n`);
        return;
      }
      const paint = paintFor(process.stdout);
      const table = openTable(['--daemon', 'from', 'cached'], paint);
      for (const { name, source, cached } of builds) {
        const version = cached?.packageVersion ?? cached?.version;
        table.push([
          name,
          source,
          cached ? `${version}, ${Math.round(cached.bytes / (1 << 20))} MiB` : paint('dim', 'no'),
        ]);
      }
      process.stdout.write(
        `${table.toString()}\n\ncache: ${cache}\n${builds.some(({ missing }) => missing) ? howToBring : ''}`,
      );
    });
}
