import test from 'ava';
import { containerSettings } from './observe-setup.ts';
import { setupOf, withoutSetup } from './setups.ts';

test('the settings of the containers of each setup', (t) => {
  t.deepEqual(containerSettings(setupOf('plain')), {});
  t.deepEqual(containerSettings(setupOf('image-store')), {});
  t.deepEqual(containerSettings(setupOf('own-network')), { network: 'lab' });
  t.deepEqual(containerSettings(setupOf('ipv6')), { network: 'lab' });
  t.deepEqual(containerSettings(setupOf('host-gateway')), { extraHosts: ['host.docker.internal:host-gateway'] });
});

test('a docker that is too old for a setup', (t) => {
  t.is(
    withoutSetup('image-store', '20.10.24'),
    'before docker 26 the containerd image store is an experiment, or not there',
  );
  t.is(withoutSetup('image-store', '26.1.5'), undefined);
  t.is(withoutSetup('host-gateway', '19.03.8'), 'before docker 20.10 --add-host knows no host-gateway');
  t.is(withoutSetup('host-gateway', '20.10.5'), undefined);
  t.is(withoutSetup('own-network', '1.13.1'), undefined);
  t.is(withoutSetup('ipv6', '1.13.1'), undefined);
});
