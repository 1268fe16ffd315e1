/** Limits of a machine that a reader of a result has to know: code → the sentence for people. */
const limits = {
  /** Docker 18.09's containerd refuses every start without it; 1.12 needs `--oom-score-adjust=0`. */
  'no-oom-scores': 'CAP_SYS_RESOURCE is missing: a daemon cannot lower OOM scores',
  /** moby took up cgroup v2 in 20.10. */
  'no-cgroup-1': 'this host has cgroup v2 alone: daemons before 20.10 cannot run',
  'emulated-cpu': 'emulated CPU (TCG): times are not comparable with those of a host',
  'no-memory-controller-1': 'no v1 memory controller: this kernel is built without it, or was told to leave it out',
} as const;

/** Code of a limit. */
export type LimitCode = keyof typeof limits;

/** The sentence for a limit; a text that is no code, as in records of other versions of the lab, is its own sentence. */
export function limitWords(code: string): string {
  return isLimitCode(code) ? limits[code] : code;
}

/** The code of a limit that a record from before there were codes has as a sentence; a code, and any other text, as it is. */
export function limitCode(text: string): string {
  return Object.entries(limits).find(([, sentence]) => sentence === text)?.[0] ?? text;
}

function isLimitCode(code: string): code is LimitCode {
  return Object.hasOwn(limits, code);
}
