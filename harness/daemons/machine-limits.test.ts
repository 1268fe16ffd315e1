import test from 'ava';
import { fakeHost } from '../../test/support/fake-machine.ts';
import { NotApplicableError } from '../core/errors.ts';
import { machineLimit, machineLimitOf } from './machine-limits.ts';

const unified = { ...fakeHost, cgroupVersion: 2 } as const;

const limits = test.macro({
  exec(t, version: string, host: typeof fakeHost, expected: string | undefined) {
    t.is(machineLimit({ version, origin: { kind: 'directory', source: '/docker' } }, host), expected);
  },
  title: (_, version: string, { cgroupVersion }: typeof fakeHost) => `dockerd ${version} on cgroup v${cgroupVersion}`,
});

test(limits, '1.13.1', fakeHost, undefined);
test(limits, '28.5.2', fakeHost, undefined);
test(limits, '20.10.0', unified, undefined);
test(
  limits,
  '19.03.13',
  unified,
  'dockerd 19.03.13 needs cgroup v1, and this host has cgroup v2 alone: daemons before 20.10 cannot run; ' +
    'boot with systemd.unified_cgroup_hierarchy=0, or use another host',
);

test('the replica of 1.13.1 runs on cgroup v2, too', (t) => {
  t.is(
    machineLimit({ version: '1.13.1', origin: { kind: 'replica', source: '/lab', sha256: 'ab' } }, unified),
    undefined,
  );
});

const refusal =
  '(HTTP code 500) server error - failed to set OOM Score on shim: write /proc/5691/oom_score_adj: permission denied';

test('a refused OOM score is the machine where root may not set it', (t) => {
  const cause = new Error(refusal);
  const limit = machineLimitOf(cause, { ...fakeHost, limits: ['no-oom-scores'] });
  t.true(limit instanceof NotApplicableError);
  t.is(limit?.cause, cause);
  t.is(
    limit?.message,
    `starting a container: CAP_SYS_RESOURCE is missing: a daemon cannot lower OOM scores, and this containerd refuses to start a container without it
  expected: containerd may set the OOM score of its shim
  evidence:
    ${refusal}
  what you can do: run the lab where root has CAP_SYS_RESOURCE`,
  );
});

test('a refused OOM score is not explained where root may set it', (t) => {
  t.is(machineLimitOf(new Error(refusal), fakeHost), undefined);
});

test('another failure stays what it is', (t) => {
  t.is(machineLimitOf(new Error('no subsystem for mount'), { ...fakeHost, limits: ['no-oom-scores'] }), undefined);
});
