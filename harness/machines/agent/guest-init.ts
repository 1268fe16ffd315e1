import path from 'node:path';

/** The source of the first program of every guest, which is the agent as well. */
export const guestInit = path.join(import.meta.dirname, 'guest/init.c');
