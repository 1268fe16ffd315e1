import path from 'node:path';
import test from 'ava';
import { importImage } from '../../harness/daemons/containers.ts';
import { startDockerd } from '../../harness/daemons/dockerd.ts';
import { replicaBuild } from '../../harness/daemons/replica/build.ts';
import { openLocalMachine } from '../../harness/machines/local/local.ts';
import { quietly } from '../../harness/fetch/cache.ts';
import { replicaBudget } from '../support/restarted-replica.ts';
import { scratch } from '../support/scratch.ts';

test.serial('the real docker CLI of Debian bookworm works with it', async (t) => {
  const build = await replicaBuild(quietly(), { userland: 'bookworm' });
  await using machine = await openLocalMachine(build, replicaBudget);
  const log = path.join(scratch(t), 'dockerd.log');
  const daemon = await startDockerd(machine, build, { systemd: '219', mountFlags: 'slave', liveRestore: true, log });
  await importImage(machine, daemon.engine);
  const docker = async (line: string) => {
    const ran = await machine.run(['docker', '--host', 'unix:///run/lab/docker.sock', ...line.split(' ')]);
    t.is(ran.exitCode, 0, `${ran.command}\n${ran.stdout}\n${ran.stderr}`);
    return ran.stdout;
  };
  t.is(
    await docker(
      'version --format {{.Client.Version}}|{{.Server.Version}}|{{.Server.GitCommit}}|{{.Server.APIVersion}}',
    ),
    '20.10.24+dfsg1|1.13.1|replica|1.26',
  );
  t.regex(await docker('version'), /Git commit: +replica/);
  t.regex(await docker('info'), /replica 1\.13\.1/);
  t.is(await docker('ps --quiet'), '');
  const id = await docker('run --detach --name web --stop-signal KILL dockerd-leak-lab/busybox sleep 86400');
  t.regex(id, /^[0-9a-f]{64}$/);
  t.regex(await docker('ps'), /dockerd-leak-lab\/busybox +"sleep 86400" +.* ago +Up .* +web/);
  t.is(await docker('inspect --format {{.State.Status}}|{{.NetworkSettings.IPAddress}} web'), 'running|172.17.0.2');
  t.regex(await docker('stats --no-stream web'), /web +0\.00% +\d.*iB \/ .*GiB/);
  t.regex(await docker('network ls'), /bridge +bridge +local/);
  t.is(
    await docker('network inspect --format {{range.Containers}}{{.Name}}|{{.IPv4Address}}{{end}} bridge'),
    'web|172.17.0.2/16',
  );
  t.is(await docker('restart --time 0 web'), 'web');
  t.is(await docker('inspect --format {{.State.Status}} web'), 'running');
  t.is(await docker('stop --time 0 web'), 'web');
  t.regex(await docker('ps --all'), /Exited \(137\)/);
  t.is(await docker('rm web'), 'web');
  t.is(await docker('ps --all --quiet'), '');
  t.is(
    await docker('run --detach --name talks dockerd-leak-lab/busybox sh -c echo>&2'),
    await docker('ps --all --quiet --no-trunc'),
  );
  t.is(await docker('wait talks'), '0');
});
