import type { Machine } from '../../machine/contract.ts';
import { numberIn, readOutput } from '../probe.ts';

/** Scans twice, since what is found first may be on its way (Documentation/dev-tools/kmemleak.rst). */
const script = `
busybox mkdir -p /sys/kernel/debug
[ -e /sys/kernel/debug/kmemleak ] || busybox mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
[ -e /sys/kernel/debug/kmemleak ] || { echo none; exit; }
echo scan >/sys/kernel/debug/kmemleak && echo scan >/sys/kernel/debug/kmemleak
echo "unreferenced $(busybox grep -c "^unreferenced object" /sys/kernel/debug/kmemleak)"`;

/** Objects of the kernel that nothing refers to; undefined for a kernel without kmemleak, as distributions build them. */
export async function readKmemleak(machine: Machine): Promise<number | undefined> {
  const text = await readOutput({ machine }, 'kmemleak', ['busybox', 'sh', '-c', script]);
  return text.trim() === 'none' ? undefined : numberIn(text, 'unreferenced objects', /^unreferenced (\d+)$/m);
}
