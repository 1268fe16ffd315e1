/** A failure with the status that the client gets. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The phrases from which 1.13.1 guesses the status of an error without one (api/server/httputils/errors.go). */
const keywords: readonly [string, number][] = [
  ['not found', 404],
  ['no such', 404],
  ['bad parameter', 400],
  ['no command', 400],
  ['conflict', 409],
  ['impossible', 406],
];

/** The status for anything that a handler threw. */
export function statusOf(error: unknown): number {
  if (error instanceof ApiError) return error.status;
  const message = messageOf(error).toLowerCase();
  return keywords.find(([keyword]) => message.includes(keyword))?.[1] ?? 500;
}

/** The message of anything that was thrown. The lab's own (harness/core/errors.ts) is not in what a cell runs. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
