import test from 'ava';
import { withoutContainerdUnit } from './containerd-factor.ts';

test('a docker before 18.09 has no containerd with a unit of its own', (t) => {
  const reason = 'before docker 18.09 containerd is docker-containerd, a child of dockerd: it has no unit of its own';
  for (const version of ['1.13.1', '17.12.1-ce', '18.06.3-ce']) {
    t.is(withoutContainerdUnit('unit', version), reason, version);
    t.is(withoutContainerdUnit('managed', version), undefined, version);
  }
  for (const version of ['18.09.0', '20.10.24', '28.5.2'])
    t.is(withoutContainerdUnit('unit', version), undefined, version);
});
