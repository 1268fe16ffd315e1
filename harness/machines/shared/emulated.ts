/** The slowness of a machine whose CPU QEMU emulates: a dockerd starts in 12 s where a host takes 0.6 s; the limits of a host are some ten times what a start takes. */
export const emulatedSlowness = 5;
