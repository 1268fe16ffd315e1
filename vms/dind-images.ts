/** A docker build as `docker:VERSION-dind` has it: what is asked for as `dind:VERSION`. */
export interface DindImage {
  version: string;
  /** Of the image's manifest, as a copy of its publisher's list has it (docker-library/repo-info); undefined where it is not known. */
  digest?: string;
}

const prefix = 'dind:';

/**
 * Images whose digests are documented. The first is made of the static tarball that docker-builds.ts has, as its history says. All
 * others are pinned where they are first used.
 */
const documented: readonly DindImage[] = [
  { version: '1.13.1', digest: 'sha256:490c1dec6a22cfccb159095c492fcf5869fe6135bc9e2f939570fced440cfb2a' },
  { version: '20.10.23', digest: 'sha256:85a1b877d0f59fd6c7eebaff67436e26f460347a79229cf054dbbe8d5ae9f936' },
];

/** The image that a word of the command line asks for; undefined for any other word. */
export function dindImageOf(spec: string): DindImage | undefined {
  if (!spec.startsWith(prefix)) return undefined;
  const version = spec.slice(prefix.length);
  return documented.find((image) => image.version === version) ?? { version };
}
