import { createRequire } from 'node:module';
import test from 'ava';
import './dockerode.ts';

const inModem = createRequire(createRequire(import.meta.resolve('dockerode')).resolve('docker-modem'));

test('packages of ssh and gRPC are loaded when they are used, and not before', (t) => {
  const loaded = () =>
    ['/node_modules/ssh2/', '/node_modules/@grpc/'].filter((part) =>
      Object.keys(inModem.cache).some((file) => file.includes(part)),
    );
  t.deepEqual(loaded(), []);
  const agentFor: unknown = inModem('./ssh');
  if (typeof agentFor !== 'function') return t.fail('the module exports no function');
  const agent: unknown = agentFor({ host: 'localhost' });
  t.true(agent instanceof Object && 'createConnection' in agent);
  return t.deepEqual(loaded(), ['/node_modules/ssh2/']);
});
