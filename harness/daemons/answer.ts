import { messageOf } from '../core/errors.ts';

/** The daemon's answer to a request. */
export interface Answer {
  /** Of HTTP; 204 for a request that was granted. */
  status: number;
  /** The daemon's words when it refused; else empty. */
  message: string;
}

/** Asks a daemon for something that it may refuse: a refusal is an answer. @throws what a connection without an answer throws */
export async function answerTo(ask: () => Promise<unknown>): Promise<Answer> {
  try {
    await ask();
    return { status: 204, message: '' };
  } catch (error) {
    const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
    // No answer at all is no observation.
    if (typeof status !== 'number') throw error;
    return { status, message: messageOf(error) };
  }
}
