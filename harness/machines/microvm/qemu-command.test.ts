import test from 'ava';
import { kernelCommandLine, qemuArguments, type VmPlan } from './qemu-command.ts';

const plan: VmPlan = {
  acceleration: 'tcg',
  kernel: '/cache/vmlinux',
  initramfs: '/tmp/initramfs.cpio',
  parameters: ['nopti'],
  memoryBytes: 256 << 20,
  cpus: 2,
  drives: [],
  console: '/run/console.log',
};

/** The value that follows a word, for each time that it stands there. */
const valuesOf = (words: string[], option: string) =>
  words.flatMap((word, at) => (word === option ? words[at + 1] : []));

test('an emulated machine', (t) => {
  const words = qemuArguments(plan);
  t.deepEqual(valuesOf(words, '-accel'), ['tcg,tb-size=64']);
  t.deepEqual(valuesOf(words, '-cpu'), ['max']);
  t.deepEqual(valuesOf(words, '-m'), ['256M']);
  t.deepEqual(valuesOf(words, '-smp'), ['2']);
  t.deepEqual(valuesOf(words, '-M'), ['pc']);
  t.deepEqual(valuesOf(words, '-append'), ['console=ttyS0 panic=-1 quiet norandmaps nopti']);
  t.deepEqual(valuesOf(words, '-serial'), ['chardev:console', 'chardev:line']);
  t.deepEqual(valuesOf(words, '-incoming'), []);
  t.true(words.includes('-no-reboot'));
});

test('an emulated machine of large programs, whose clock counts instructions', (t) => {
  const large: VmPlan = { ...plan, translatedBytes: 256 << 20, countsInstructions: true };
  t.deepEqual(valuesOf(qemuArguments(large), '-accel'), ['tcg,tb-size=256']);
  t.deepEqual(valuesOf(qemuArguments(large), '-icount'), ['shift=1']);
  t.deepEqual(valuesOf(qemuArguments({ ...large, acceleration: 'kvm' }), '-icount'), []);
});

test('a machine with KVM has the CPU of the host, and its addresses at random', (t) => {
  const words = qemuArguments({ ...plan, acceleration: 'kvm' });
  t.deepEqual(valuesOf(words, '-accel'), ['kvm']);
  t.deepEqual(valuesOf(words, '-cpu'), ['host']);
  t.is(kernelCommandLine({ ...plan, acceleration: 'kvm' }), 'console=ttyS0 panic=-1 quiet nopti');
});

test('a machine that goes on from a file of memory', (t) => {
  const words = qemuArguments({ ...plan, memory: { path: '/tmp/memory', shared: false }, incoming: true });
  t.deepEqual(valuesOf(words, '-M'), ['pc,memory-backend=ram']);
  t.deepEqual(valuesOf(words, '-object'), ['memory-backend-file,id=ram,size=256M,share=off,mem-path=/tmp/memory']);
  t.deepEqual(valuesOf(words, '-incoming'), ['defer']);
});

test('commas in paths end no option', (t) => {
  const drives = [
    { path: '/a,b', readOnly: true },
    { path: '/c', readOnly: false },
  ];
  const words = qemuArguments({ ...plan, drives, console: '/x,y/console.log' });
  t.deepEqual(valuesOf(words, '-drive'), [
    'if=virtio,format=raw,readonly=on,file=/a,,b',
    'if=virtio,format=raw,readonly=off,file=/c',
  ]);
  t.true(valuesOf(words, '-chardev').includes('file,id=console,append=on,path=/x,,y/console.log'));
});
