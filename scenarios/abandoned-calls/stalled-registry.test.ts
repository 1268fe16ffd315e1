import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import { poll } from '../../harness/machine/poll.ts';
import { startStalledRegistry } from './stalled-registry.ts';

test('it says that it is a registry, refuses TLS, and never answers the question for a manifest', async (t) => {
  const registry = await startStalledRegistry();
  t.teardown(registry.close);
  const base = `http://127.0.0.1:${registry.port}/v2`;
  const ping = await fetch(`${base}/`);
  t.deepEqual([ping.status, ping.headers.get('docker-distribution-api-version')], [200, 'registry/2.0']);
  const tls = connect(registry.port, '127.0.0.1');
  // The beginning of a ClientHello.
  tls.write(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc]));
  await once(tls, 'close');
  const question = (tag: string) =>
    fetch(`${base}/stalled/manifests/${tag}`).then(
      () => 'answered',
      () => 'ended',
    );
  const questions = [question('t1'), question('t2'), question('t2')];
  await poll(registry.asked, (asked) => asked === 2, { seconds: 20 });
  t.is(registry.asked(), 2);
  registry.close();
  t.deepEqual(await Promise.all(questions), ['ended', 'ended', 'ended']);
});
