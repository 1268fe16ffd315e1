import { randomBytes } from 'node:crypto';

/** 64 hexadecimal digits, as docker's ids are. */
export function newId(): string {
  return randomBytes(32).toString('hex');
}

/** The first 12 of an id, for people and host names. */
export function short(id: string): string {
  return id.slice(0, 12);
}

/** A name as docker's generator makes them, roughly: the real one has adjectives and scientists. */
export function newName(): string {
  return `replica_${randomBytes(4).toString('hex')}`;
}

/** A name for an interface: `veth` and seven digits. */
export function newVeth(): string {
  return `veth${randomBytes(4).toString('hex').slice(0, 7)}`;
}
