import path from 'node:path';
import test from 'ava';
import { connectFleet } from '../../harness/fleet/connect.ts';
import { safeSettings } from '../../harness/fleet/local/redis.ts';
import { cli } from '../support/cli.ts';
import { startRedis } from '../support/redis.ts';

/** Made for 127.0.0.1 with `openssl req -x509`, for a hundred years; signed by itself, and known to these tests alone. */
const certificate = path.resolve(import.meta.dirname, 'tls/certificate.pem');
const key = path.resolve(import.meta.dirname, 'tls/key.pem');

test('a fleet over TLS, whose authority is named by NODE_EXTRA_CA_CERTS, and refused without it', async (t) => {
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
  const server = await startRedis(t, [...safeSettings, '--tls-auth-clients', 'no', ...files]);
  // The port without TLS is for the test alone: it opens the other one.
  const plain = await connectFleet(server.url);
  const tlsPort = server.port + 1 > 65_535 ? server.port - 1 : server.port + 1;
  await plain.config('SET', 'tls-port', `${tlsPort}`);
  plain.disconnect();
  const words = ['lab', 'fleet', 'hosts', '--fleet', `rediss://127.0.0.1:${tlsPort}`];
  const trusted = await cli(words, { NODE_EXTRA_CA_CERTS: certificate });
  t.is(trusted.exitCode, 0, trusted.stderr);
  t.is(trusted.stdout, 'No worker is alive. Start one on each host: npm run lab -- worker --fleet URL');
  const stranger = await cli(words);
  t.is(stranger.exitCode, 3);
  t.regex(stranger.stderr, /^connecting to the fleet at rediss:\/\/127\.0\.0\.1:\d+: self-signed certificate;/);
});
