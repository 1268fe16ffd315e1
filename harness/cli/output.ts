/** Whether the output of a command could be written. */
export interface Output extends Disposable {
  /** Why not; undefined as long as it could. */
  readonly failure: Error | undefined;
}

/**
 * Watches stdout and stderr. A reader that closes the pipe early (`head`) has seen what it wanted: the run and its files go on. A disk that is
 * full, or a terminal that is gone, is a failure: the result was not delivered.
 */
export function watchOutput(): Output {
  let failure: Error | undefined;
  const note = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failure ??= error;
  };
  // There is nowhere left to say that stderr fails.
  const ignore = () => {};
  process.stdout.on('error', note);
  process.stderr.on('error', ignore);
  return {
    get failure() {
      return failure;
    },
    [Symbol.dispose]() {
      // An error of the last write comes after everything else: the listeners stay until the process ends.
      process.stdout.off('error', note);
      process.stdout.on('error', ignore);
    },
  };
}
