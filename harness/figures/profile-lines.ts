import { shortName } from '../profile/function-name.ts';
import type { GoroutineGroup } from '../evidence/goroutine-groups.ts';
import type { Profiles } from '../evidence/daemon-notes.ts';
import { megabytes, topTable } from '../profile/top-table.ts';

/** Functions of a goroutine's stack that fit into a line. */
const shownFrames = 3;

/** Standard deviations of the sampling up to which a growth may be its doing: 3 have 99.7 % of a normal distribution. */
const sure = 3;

/** The results of profiles, as figures of a judgement: the growth, its allocators, and the waits of goroutines. */
export function profileLines({ heap, goroutines, files }: Profiles): string[] {
  const kept = `profiles: ${files.join(', ')}; the heap's have ${heap.types.join(', ')}`;
  return [...growthLines(heap), ...goroutineLines(goroutines), kept];
}

function growthLines({ rate, before, after, growth }: Profiles['heap']): string[] {
  const whole = after.bytes - before.bytes;
  const sizeOf = ({ bytes, error, samples }: typeof after) =>
    `${megabytes(bytes)} ± ${(error / 1e6).toFixed(1)} (${counted(samples, 'sample')})`;
  const sizes = `inuse_space was ${sizeOf(before)} before the doses and ${sizeOf(after)} after them`;
  const heading = `heap profile, a sample for ${rate / 1024} KiB: ${sizes}`;
  if (whole <= sure * Math.hypot(before.error, after.error))
    return [`${heading}, no more apart than sampling may put them`];
  return [heading, `what has grown, by ${megabytes(whole)}:`, ...indented(topTable(growth, whole))];
}

function goroutineLines({ total, groups, others }: Profiles['goroutines']): string[] {
  const width = Math.max(...groups.map(({ count }) => `${count}`.length));
  const lines = groups.map((group) => `${`${group.count}`.padStart(width)}  ${framesText(group)}`);
  const rest = others.count > 0 ? [`${others.count} in ${counted(others.groups, 'smaller group')}`] : [];
  return [`${counted(total, 'goroutine')} after the doses, by what they wait for:`, ...indented([...lines, ...rest])];
}

function framesText({ frames }: GoroutineGroup): string {
  const shown = frames.slice(0, shownFrames).map(shortName);
  return [...shown, ...(frames.length > shownFrames ? ['…'] : [])].join(' ← ');
}

function indented(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
