import test from 'ava';
import { isBefore } from '../core/version.ts';
import { parseDockerVersion } from './version.ts';

const printed: Record<string, ReturnType<typeof parseDockerVersion>> = {
  'Docker version 1.13.1, build 092cba3': { version: '1.13.1', commit: '092cba3' },
  'Docker version 1.13.1, build 7d71120/1.13.1': { version: '1.13.1', commit: '7d71120' },
  'Docker version 17.03.0-ce, build 3a232c8': { version: '17.03.0', commit: '3a232c8' },
  'Docker version 17.06.2-ee-16, build 9ef4f0a': { version: '17.06.2', commit: '9ef4f0a' },
  'Docker version 29.4.2-2, build 6e632f7': { version: '29.4.2', commit: '6e632f7' },
  'Docker version 18.09.0-rc1, build 6e632f7': { version: '18.09.0-rc1', commit: '6e632f7' },
  'Docker version 20.10.24+dfsg1, build 5d6db84': { version: '20.10.24', commit: '5d6db84' },
  'WARNING: old\nDocker version dev, build HEAD': { version: 'dev', commit: 'HEAD' },
  'git version 2.39.5': undefined,
  '': undefined,
};

test('what dockerd prints about itself', (t) => {
  for (const [text, expected] of Object.entries(printed)) t.deepEqual(parseDockerVersion(text), expected, text);
});

test('older than', (t) => {
  t.true(isBefore('1.11.2', '1.12'));
  t.false(isBefore('1.12.0', '1.12'));
  t.true(isBefore('18.06.3', '18.09'));
  t.false(isBefore('18.09.0', '18.09'));
  t.false(isBefore('dev', '18.09'));
});
