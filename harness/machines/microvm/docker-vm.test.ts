import test from 'ava';
import { fakeBuild, fakeMachine, type FakeAnswers } from '../../../test/support/fake-machine.ts';
import { enterDockerVm, usualCgroups } from './docker-vm.ts';

const cgroups = test.macro({
  exec(t, docker: string, release: string, version: 1 | 2) {
    t.is(usualCgroups({ ...fakeBuild, version: docker }, release), version);
  },
  title: (_, docker: string, release: string) => `docker ${docker} on ${release}`,
});

test(cgroups, '20.10.24', '5.10.0-32-cloud-amd64', 1);
test(cgroups, '26.1.5', '6.1.0-50-cloud-amd64', 1);
test(cgroups, '26.1.5', '6.12.107+deb13-amd64', 2);
test(cgroups, '1.13.1', '6.12.107+deb13-amd64', 1);
test(cgroups, '20.10.24', '3.10.0-1160.el7.x86_64', 1);

test('the replica of 1.13.1 takes the cgroups that there are', (t) => {
  const replica = { version: '1.13.1', origin: { kind: 'replica', source: '/lab', sha256: 'ab' } } as const;
  t.is(usualCgroups(replica, '6.12.107+deb13-amd64'), 2);
  t.is(usualCgroups(replica, '6.1.0-50-cloud-amd64'), 1);
});

const budget = { memoryBytes: 1 << 30, diskBytes: 512 << 20, seconds: 300 };
const build = { ...fakeBuild, mounts: [{ source: import.meta.dirname, target: '/opt/docker' }] };

function fakeVm(answers: FakeAnswers = {}) {
  const entered: unknown[] = [];
  const enterRoot = (...words: unknown[]) => Promise.resolve(void entered.push(words));
  const talked: (readonly string[])[] = [];
  const talk = (command: readonly string[]) => {
    talked.push(command);
    return Promise.reject(new Error('a fake machine starts nothing'));
  };
  const kernelTrouble = () => answers.kernelTrouble;
  return Object.assign(fakeMachine(answers), { entered, enterRoot, talked, talk, kernelTrouble });
}

test('programs of a docker host find those of its build first, and are told as they were asked for', async (t) => {
  const vm = fakeVm();
  await using machine = await enterDockerVm(vm, build, budget);
  const shell = ['/bin/busybox', 'env', 'PATH=/usr/sbin:/usr/bin', 'sh'];
  t.deepEqual(vm.entered, [['/cell', shell]], 'and so do people who enter it');
  t.deepEqual(vm.commands[0]?.slice(-2), [`${512 << 20}`, '/opt/docker/']);
  t.is((await machine.run(['dockerd', '--version'])).command, 'dockerd --version');
  t.deepEqual(vm.commands[1], ['/bin/busybox', 'env', 'PATH=/usr/sbin:/usr/bin', 'dockerd', '--version']);
});

test('a disk of programs is shown after the build, and a program of it is started in a root of its own', async (t) => {
  const vm = fakeVm();
  const disk = { image: '/cache/1', target: '/opt/beside/0', shows: { files: ['/opt/node'] } };
  await using machine = await enterDockerVm(vm, build, budget, [disk]);
  t.deepEqual(vm.commands[0]?.slice(-2), ['/opt/docker/', '/opt/beside/0/']);
  await t.throwsAsync(machine.startBeside({ files: ['/opt/node'], words: (seen) => ['/opt/node', seen('/run/s')] }));
  const [command = []] = vm.talked;
  t.deepEqual(command.slice(0, 6), ['/bin/busybox', 'env', 'PATH=/usr/sbin:/usr/bin', 'busybox', 'unshare', '-m']);
  t.deepEqual(command.slice(-2), ['/opt/node', '/proc/1/root/run/s']);
});

test('a guest whose root cannot be made is given up', async (t) => {
  const stderr = 'mount: mounting /dev/vda on /lab/userland failed: No such device';
  const vm = fakeVm({ run: { exitCode: 255, stderr } });
  await t.throwsAsync(enterDockerVm(vm, build, budget), {
    message: `making the root of a host of dockers in a micro VM with the userland bookworm: exit code 255
  expected: all its file systems are mounted
  evidence:
    ${stderr}
  what you can do: the kernel 3.10.0-1160.el7.x86_64 may lack a file system; take another one with --kernel`,
  });
  t.is(vm.disposals, 1);
});
