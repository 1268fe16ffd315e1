import { z } from 'zod';
import { limitCode } from '../core/limits.ts';
import { outcomes, shares } from '../core/outcome.ts';
import { judgementRecord } from '../judge/judgement.ts';
import { withTypedJudgement, withTypedJudgements } from './judgement-schema-1.ts';

/** Version of what is written into a run directory. A reader refuses others, and says so. */
const schemaVersion = z.literal(1);

/** Version of the files with judgements; those of version 1, whose values are words, are completed when they are read. */
const judgementVersion = z.literal(2);

const origin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('debian'), suite: z.string(), package: z.string(), version: z.string() }),
  z.strictObject({ kind: z.literal('tarball'), source: z.string(), sha256: z.string() }),
  z.strictObject({ kind: z.literal('directory'), source: z.string() }),
  z.strictObject({ kind: z.literal('replica'), source: z.string(), sha256: z.string() }),
]);

/** A docker build as a result names it. */
export const buildRecord = z.strictObject({
  name: z.string(),
  version: z.string(),
  commit: z.string(),
  origin,
  userland: z.strictObject({ name: z.string(), packages: z.record(z.string(), z.string()) }),
  binaries: z.array(z.strictObject({ name: z.string(), path: z.string(), sha256: z.string() })),
});
export type BuildRecord = z.infer<typeof buildRecord>;

/** A kernel that was booted, by its level. */
const kernelRecord = z.strictObject({
  name: z.string(),
  release: z.string(),
  packages: z.record(z.string(), z.string()),
  /** Of the image; absent where a box brought it along. */
  sha256: z.string().optional(),
});
export type KernelRecord = z.infer<typeof kernelRecord>;

/** Which lab it was: its version, its git revision (with `+` when files differ from it), Node's version. */
const labRecord = z.strictObject({ version: z.string(), revision: z.string(), node: z.string() });

/** The place of a run: a machine before any cell is in it. */
const machineRecord = z.preprocess(
  withKind,
  z.strictObject({
    kind: z.string(),
    machine: z.string(),
    kernel: z.string(),
    kernelCommandLine: z.string(),
    cgroupVersion: z.union([z.literal(1), z.literal(2)]).optional(),
    cpus: z.int(),
    memoryBytes: z.int(),
    /** Codes, see core/limits.ts. */
    limits: z.array(z.string().overwrite(limitCode)),
  }),
);

/** A host of a fleet that ran cells of a run. */
const hostOfRun = z.strictObject({ name: z.string(), machine: machineRecord });
export type HostOfRun = z.infer<typeof hostOfRun>;

/** `run.json`: everything that a number of this run came from. */
export const runRecord = z.strictObject({
  schema: schemaVersion,
  scenario: z.string(),
  /** The file of a scenario that is none of the lab's, as it was typed. */
  module: z.string().optional(),
  claim: z.string(),
  state: z.enum(['running', 'finished', 'interrupted']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  commandLine: z.array(z.string()),
  lab: labRecord,
  jobs: z.int().positive(),
  machine: machineRecord,
  /** The hosts of a fleet that ran its cells. */
  hosts: z.array(hostOfRun).optional(),
  builds: z.array(buildRecord),
  /** Kernels that were booted, by their level; of runs on machines that boot. */
  kernels: z.array(kernelRecord).optional(),
  cells: z.array(z.string()),
  /** The most memory that the harness itself ever had resident, in bytes. */
  harnessPeakBytes: z.int().optional(),
  /** Sentences about the run as a whole, e.g. on a build that was left out. */
  notes: z.array(z.string()),
});
export type RunRecord = z.infer<typeof runRecord>;

/** `cells/…/plan.json`: written before the cell is tried. */
export const planRecord = z.strictObject({
  schema: schemaVersion,
  name: z.string(),
  hash: z.string(),
  cell: z.record(z.string(), z.string()),
  /** Whose cell it is: a control belongs to another scenario than its run. Cells from before it was stored say nothing. */
  scenario: z.string().optional(),
  /** 1 for the first try of a cell in this run, more with `--repeat`. */
  repeat: z.int().positive(),
  /** The sizes of its protocol, where they are not the defaults. */
  sizes: z.record(z.string(), z.number()).optional(),
});
export type PlanRecord = z.infer<typeof planRecord>;

/** `cells/…/verdict.json`: what became of the cell. */
const currentVerdict = z.strictObject({
  schema: judgementVersion,
  outcome: z.enum(outcomes),
  /** Version that the build's dockerd gave, which the expectation was chosen by. */
  version: z.string().optional(),
  /** Name of the host that ran the cell, in a fleet. */
  host: z.string().optional(),
  judgement: judgementRecord.optional(),
  /** Set when the judgement is not one of observations: the kernel failed, and there are none. */
  finding: z.literal('kernel-failed').optional(),
  /** Why there is no judgement, or why it does not count. */
  failure: z.string().optional(),
  seconds: z.number().nonnegative(),
  /** Seconds of the cell by what they were spent on. */
  shares: z.partialRecord(z.enum(shares), z.number()),
});
/** As it is read: one of schema 1 is completed. */
export const verdictRecord = z.preprocess(withTypedJudgement, currentVerdict);
export type VerdictRecord = z.infer<typeof verdictRecord>;

/** `cells/…/rejudged.json`: later judgements of the same observations, oldest first. The one of the run stays in `verdict.json`. */
export const rejudgedRecord = z.preprocess(
  withTypedJudgements,
  z.strictObject({
    schema: judgementVersion,
    judgements: z.array(
      z.strictObject({
        judgedAt: z.iso.datetime(),
        /** The lab that judged. */
        lab: labRecord,
        outcome: z.enum(outcomes),
        judgement: judgementRecord,
      }),
    ),
  }),
);
export type RejudgedRecord = z.infer<typeof rejudgedRecord>;

/** Records from before the kind was a field of its own have it at the beginning of the description: `microvm, QEMU 7.2 …`. */
function withKind(machine: unknown): unknown {
  const old = beforeKinds.safeParse(machine);
  return old.success ? { ...old.data, kind: /^[\w-]*/.exec(old.data.machine)?.[0] ?? '' } : machine;
}

const beforeKinds = z.looseObject({ machine: z.string(), kind: z.undefined().optional() });
