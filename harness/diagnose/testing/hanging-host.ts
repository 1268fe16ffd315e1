import { sampleFiles } from './fake-bundle.ts';

const info = (goroutines: number) =>
  `"ServerVersion":"1.13.1"\n"LiveRestoreEnabled":true\n"NGoroutines":${goroutines}\n`;

/** The changes that make the healthy host one with docker 1.13.1 that has lost its namespaces, and whose agent never gives up. */
export const hangingHost: Readonly<Record<string, string | undefined>> = {
  'docker/version': 'version 1.13.1, build 092cba3\n',
  'docker/processes': '500 dockerd 1\n400 docker-containerd 500\n',
  'docker/mounts': '113 112 0:41 / / rw master:1 - ext4 /dev/sda1 rw\ndaemon mnt:[2]\ninit mnt:[1]\n',
  'docker/netns-files':
    'magic ef53 run/docker/netns/aaa\nmagic ef53 run/docker/netns/bbb\ninode 7 run/docker/netns/aaa\ninode 8 run/docker/netns/bbb\n',
  'docker/peers': 'gone 2\nunseen 1\npeer 700 297\n',
  'logs/daemon':
    'lines 9\npattern\trestore-error\t2\t2026-11-26T07:00:00Z\t2026-11-26T07:00:01Z\tlevel=error msg="failed to create osl sandbox while trying to restore sandbox 1"\n',
  ...sampleFiles(1, {
    time: '1000\n100.00 50.00\n',
    info: info(900),
    connections: 'connections 180\n',
    'dockerd-fds': 'total 600\nlooked 600\nkind socket 560\nkind file 40\n',
  }),
  ...sampleFiles(2, {
    time: '1060\n160.00 90.00\n',
    info: info(1500),
    connections: 'connections 300\n',
    'dockerd-fds': 'total 840\nlooked 840\nkind socket 800\nkind file 40\n',
  }),
};
