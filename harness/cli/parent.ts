/** Milliseconds between two looks at who started this process. */
const interval = 250;

/**
 * Ends this process as a closed terminal would, when npm has started it and is gone: npm forwards SIGINT and SIGTERM to its script, and
 * nothing when it ends by SIGHUP or SIGKILL. The run then ends as it does by any of these signals, cleaned up and reported.
 *
 * @param environment npm sets `npm_lifecycle_event`; without npm a run in the background may well outlive the shell that began it
 */
export function followParent(environment: NodeJS.ProcessEnv = process.env): void {
  if (environment['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGHUP');
  }, interval);
  timer.unref();
}
