/** The replica's label, in every output where a reader may mistake it for the real one. */
export const label = 'replica 1.13.1';

/** The version that it re-creates, and that it says it has. */
export const version = '1.13.1';

/** Stands where a real build has its git commit. */
export const commit = 'replica';

/** The same as a sentence, for where there is room. */
export const explanation = 'a re-creation of dockerd 1.13.1 by dockerd-leak-lab; not docker';
