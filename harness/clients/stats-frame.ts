import { z } from 'zod';

/** The parts of a stats frame that tell whether anything was read; the same from API 1.24 to 1.51. */
const statsFrame = z.object({ read: z.string(), networks: z.record(z.string(), z.unknown()).optional() });

/** Go's zero time, which an empty frame has for its `read`. */
const zeroTime = '0001-01-01T00:00:00Z';

/** @throws {Error} with the beginning of what is not a frame. */
function parseFrame(text: string): z.infer<typeof statsFrame> {
  try {
    return statsFrame.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`this is no stats frame: "${text.slice(0, 200)}"`, { cause: error });
  }
}

/** Whether a frame is one that the collector published without having read anything. */
export function isZeroed(frame: string): boolean {
  return parseFrame(frame).read === zeroTime;
}

/** Whether a frame has the counters of at least one network interface. */
export function hasNetworks(frame: string): boolean {
  return Object.keys(parseFrame(frame).networks ?? {}).length > 0;
}
