import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Profile } from '../profile.ts';

/** dockerd 1.13.1 (built by Go 1.19) with 4000 calls that hang, as recorded. */
export async function recorded(): Promise<Profile> {
  const file = (name: string) => readFile(path.join(import.meta.dirname, name));
  return {
    heap: await file('heap-1.13.1-4000-hanging-calls.pb.gz'),
    goroutines: (await file('goroutines-1.13.1-4000-hanging-calls.txt')).toString(),
  };
}
