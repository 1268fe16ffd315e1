import Table from 'cli-table3';
import type { Command } from 'commander';
import { cacheDirectory } from '../../vms/cache.ts';
import { listDockerBuilds } from '../../vms/obtain/known-builds.ts';

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
        process.stdout.write(`${JSON.stringify({ cache, builds }, null, 2)}\n`);
        return;
      }
      const table = new Table({ head: ['--daemon', 'from', 'cached'], style: { head: [], border: [] } });
      for (const { name, source, cached } of builds) {
        const version = cached?.packageVersion ?? cached?.version;
        table.push([name, source, cached ? `${version}, ${Math.round(cached.bytes / (1 << 20))} MiB` : 'no']);
      }
      const missing = builds.flatMap(({ name, missing: how }) => (how ? [`${name}: ${how}`] : []));
      process.stdout.write(`${table.toString()}\n${[...missing, `cache: ${cache}`].join('\n')}\n`);
    });
}
