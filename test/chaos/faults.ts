import { execFileSync } from 'node:child_process';
import { rmSync, readFileSync, readdirSync } from 'node:fs';
import type { Random } from './random.ts';

/** A process of the chaos, which is started again when it is gone. */
export interface Part {
  name: string;
  pid: () => number | undefined;
}

/** Everything that a fault may hit. */
export interface Victims {
  redis: Part & { restart: (signal: NodeJS.Signals) => Promise<void> };
  coordinator: Part;
  workers: readonly (Part & { cut: () => Promise<void>; mend: () => Promise<void>; disk: string })[];
  /** The disk of the coordinator. */
  disk: string;
}

/** A fault that was made. `seconds` is how long it lasted, where it lasts. */
export interface Fault {
  fault: string;
  target: string;
  seconds?: number;
}

/** Makes one fault, and resolves when it is over. */
type MakeFault = (victims: Victims, random: Random, longest: number) => Promise<Fault | undefined>;

/** Every kind of fault. */
export const faults: Readonly<Record<string, MakeFault>> = {
  async 'kill worker'({ workers }, random) {
    return kill('kill worker', random.pick(workers), 'SIGKILL');
  },
  async 'kill child'({ workers }, random) {
    const worker = random.pick(workers);
    const child = childOf(worker.pid());
    if (child === undefined) return undefined;
    return kill('kill child', { name: worker.name, pid: () => child }, 'SIGKILL');
  },
  async 'kill coordinator'({ coordinator }) {
    return kill('kill coordinator', coordinator, 'SIGKILL');
  },
  async 'restart Redis'({ redis }, random) {
    const signal = random.pick(['SIGTERM', 'SIGKILL'] as const);
    await redis.restart(signal);
    return { fault: 'restart Redis', target: signal };
  },
  async 'pause Redis'({ redis }, random, longest) {
    return pause('pause Redis', redis, random.between(1, longest));
  },
  async 'pause worker'({ workers }, random, longest) {
    // As a laptop that sleeps.
    return pause('pause worker', random.pick(workers), random.between(1, longest));
  },
  async 'cut link'({ workers }, random, longest) {
    const worker = random.pick(workers);
    const seconds = random.between(1, longest);
    await worker.cut();
    await sleep(seconds);
    await worker.mend();
    return { fault: 'cut link', target: worker.name, seconds };
  },
  async 'fill disk of worker'({ workers }, random, longest) {
    const worker = random.pick(workers);
    return fill('fill disk of worker', worker.name, worker.disk, random.between(1, longest));
  },
  async 'fill disk of coordinator'({ disk }, random, longest) {
    return fill('fill disk of coordinator', 'coordinator', disk, random.between(1, longest));
  },
};

function kill(fault: string, part: Part, signal: NodeJS.Signals): Fault | undefined {
  const pid = part.pid();
  if (pid === undefined) return undefined;
  process.kill(pid, signal);
  return { fault, target: part.name };
}

async function pause(fault: string, part: Part, seconds: number): Promise<Fault | undefined> {
  const pid = part.pid();
  if (pid === undefined) return undefined;
  process.kill(pid, 'SIGSTOP');
  await sleep(seconds);
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // Another fault has killed it.
  }
  return { fault, target: part.name, seconds };
}

/** Fills a file system that is ours alone to its last byte. */
async function fill(fault: string, target: string, disk: string, seconds: number): Promise<Fault> {
  const file = `${disk}/ballast`;
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=64k'], { stdio: 'ignore' });
  } catch {
    // It ends when there is no space left.
  }
  await sleep(seconds);
  rmSync(file, { force: true });
  return { fault, target, seconds };
}

/** A process that another one has started; undefined when it has none. */
function childOf(parent: number | undefined): number | undefined {
  for (const entry of readdirSync('/proc')) {
    if (parent === undefined || !/^\d+$/.test(entry)) continue;
    try {
      const after = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      if (Number(after[1]) === parent) return Number(entry);
    } catch {
      // It has ended.
    }
  }
  return undefined;
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}
