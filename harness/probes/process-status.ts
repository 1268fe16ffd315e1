import { granularities } from '../judge/granularity.ts';
import { numberIn, readOutput, type Probe } from './probe.ts';

/** Resident memory and its parts, and threads, from `/proc/PID/status` (proc(5)). */
export const processStatus: Probe = {
  name: 'process status',
  metrics: [
    { metric: 'rss', unit: 'bytes', granularity: granularities.rss },
    { metric: 'rss-anonymous', unit: 'bytes', granularity: granularities.rss },
    { metric: 'rss-file', unit: 'bytes', granularity: granularities.rss },
    { metric: 'threads', unit: 'threads', granularity: 1 },
  ],
  // The cost of a reading: none for the daemon: the kernel knows these.
  async read(target) {
    const status = await readOutput(target, 'process status', ['busybox', 'cat', `/proc/${target.daemon.pid}/status`]);
    const bytes = (field: string) => numberIn(status, field, new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm')) * 1024;
    return {
      rss: bytes('VmRSS'),
      'rss-anonymous': bytes('RssAnon'),
      'rss-file': bytes('RssFile'),
      threads: numberIn(status, 'Threads', /^Threads:\s+(\d+)$/m),
    };
  },
};
