import type { z } from 'zod';

/** A kind of evidence: what a probe or a protocol observes, with one shape and one meaning wherever it is stored. */
export interface EvidenceKind<Name extends string = string, Value = unknown> {
  /** Its code in stored observations. */
  kind: Name;
  /** One sentence. */
  meaning: string;
  /** Of each number, by the name of its member; of a kind that is one number, its unit alone. */
  units: string | Readonly<Record<string, string>>;
  schema: z.ZodType<Value>;
}

/** Defines a kind; the registry lists it. */
export function defineEvidence<const Name extends string, Value>(
  kind: EvidenceKind<Name, Value>,
): EvidenceKind<Name, Value> {
  return kind;
}
