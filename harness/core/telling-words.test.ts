import test from 'ava';
import { tellingWords } from './telling-words.ts';

test('the words that matter for a leak stay, the others are counted', (t) => {
  const line =
    'BOOT_IMAGE=/vmlinuz root=UUID=1b2c ro quiet cgroup.memory=nokmem slub_nomerge ip=10.0.0.7 systemd.unified_cgroup_hierarchy=0 token=secret';
  t.deepEqual(tellingWords(line), {
    words: ['cgroup.memory=nokmem', 'slub_nomerge', 'systemd.unified_cgroup_hierarchy=0'],
    others: 6,
  });
  t.deepEqual(tellingWords(''), { words: [], others: 0 });
});
