import { constants } from 'node:os';

/** Ends a run on Ctrl-C and similar signals: cleanly, with what was observed until then. */
export interface Interrupt extends Disposable {
  /** Aborted by the first signal that no part of the run holds back. */
  readonly signal: AbortSignal;
  /** 128 and the signal's number, as shells count, once a signal has come. */
  readonly exitCode: number | undefined;
  /** Resolves at the next signal, which then does not abort: a kept cell waits for it. */
  nextSignal(): Promise<void>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Takes over the signals that end a program, until it is disposed. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let holders: (() => void)[] = [];
  const handle = (name: NodeJS.Signals) => {
    const waiting = holders;
    holders = [];
    if (waiting.length > 0) return waiting.forEach((release) => release());
    exitCode = 128 + constants.signals[name];
    controller.abort(new Error(`interrupted by ${name}`));
  };
  for (const name of signals) process.on(name, handle);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    nextSignal: () =>
      new Promise((resolve) => {
        holders.push(resolve);
        controller.signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, handle);
    },
  };
}
