import { z } from 'zod';
import { LabError } from '../../core/errors.ts';

const schema = z.object({
  release: z.string().min(1),
  commandline: z.string(),
  memory: z.coerce.number().int().positive(),
  cpus: z.coerce.number().int().positive(),
  cgroups: z.string().transform((text) => text.split(',').filter(Boolean)),
  device: z.string(),
});

/** A guest's description of itself: kernel, memory in bytes, mounted cgroup controllers (`v2` for the unified hierarchy). */
export type Greeting = z.infer<typeof schema>;

/** Reads the agent's lines `name=value`. @throws {LabError} when they are not what this version's agent says */
export function parseGreeting(text: string): Greeting {
  const facts = text.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? []);
  const parsed = schema.safeParse(Object.fromEntries(facts.filter(({ length }) => length > 0)));
  if (parsed.success) return parsed.data;
  throw new LabError({
    doing: 'reading what a guest says of itself',
    expected: 'release, commandline, memory, cpus, cgroups and device, a line each',
    happened: z.prettifyError(parsed.error),
    evidence: text,
  });
}
