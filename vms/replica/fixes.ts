/** Changes of later versions in the collector. Without any of them the replica behaves as 1.13.1. */
export const fixes = {
  'publish-empty-when-not-found':
    'for a container that does not run, or whose sandbox is not found, an empty frame is published and nothing is ' +
    'logged (moby PR 34188)',
  'publish-on-every-error':
    'for every other error an empty frame is published beside the log line (moby commit 0a30ef4c, in 19.03)',
} as const;

/** A fix's name, as `--replica-fix` and the names of replicas have it. */
export type Fix = keyof typeof fixes;

/** Whether there is a fix of that name. */
export function isFix(name: string): name is Fix {
  return Object.hasOwn(fixes, name);
}
