import test from 'ava';
import { projectRoot, vagrantSettings } from './settings.ts';

test('by default all is in the cache', (t) => {
  const { words, environment } = vagrantSettings('/cache', {});
  t.deepEqual(words, ['vagrant']);
  t.like(environment, {
    VAGRANT_HOME: '/cache/vagrant/home',
    VAGRANT_DOTFILE_PATH: '/cache/vagrant/machines',
    VAGRANT_CWD: projectRoot,
  });
});

test('what the user says counts', (t) => {
  const user = { VAGRANT_HOME: '/h', VAGRANT_DOTFILE_PATH: '/d', VAGRANT_CWD: '/c' };
  const { words, environment } = vagrantSettings('/cache', {
    ...user,
    DOCKERD_LEAK_LAB_VAGRANT: 'nsenter --net=/run/boxes  /opt/vagrant/bin/vagrant',
  });
  t.deepEqual(words, ['nsenter', '--net=/run/boxes', '/opt/vagrant/bin/vagrant']);
  t.like(environment, user);
});
