/** Nanoseconds between the epoch and the origin of the monotonic clock. */
const origin = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();

/** Go's zero time: the time of what never happened. */
export const zeroTime = '0001-01-01T00:00:00Z';

/** Now, in nanoseconds since the epoch. */
export function nowNanoseconds(): bigint {
  return origin + process.hrtime.bigint();
}

/** Now, as Go writes a time in RFC 3339 with nanoseconds. */
export function now(): string {
  return formatTime(nowNanoseconds());
}

/** A time in nanoseconds since the epoch, with all nine digits as in a log. */
export function formatTime(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${`${nanoseconds % 1_000_000_000n}`.padStart(9, '0')}Z`;
}

/** Formats a duration as `docker ps` does (go-units' HumanDuration of 1.13). */
export function humanDuration(seconds: number): string {
  const minutes = seconds / 60;
  const hours = minutes / 60;
  if (seconds < 1) return 'Less than a second';
  if (seconds < 2) return '1 second';
  if (seconds < 60) return `${Math.floor(seconds)} seconds`;
  if (minutes < 2) return 'About a minute';
  if (minutes < 60) return `${Math.floor(minutes)} minutes`;
  if (hours < 2) return 'About an hour';
  if (hours < 48) return `${Math.floor(hours)} hours`;
  return `${Math.floor(hours / 24)} days`;
}
