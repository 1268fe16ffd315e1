/** What `dockerd --version` says. */
export interface DockerVersion {
  /** Without the suffixes of distributions and editions: `20.10.24+dfsg1` is `20.10.24`, `17.03.0-ce` is `17.03.0`. */
  version: string;
  commit: string;
}

/** Reads e.g. `Docker version 1.13.1, build 092cba3`; undefined if the text is nothing like it. */
export function parseDockerVersion(text: string): DockerVersion | undefined {
  const [, printed, build] = /^Docker version (\S+), build (\S+)/m.exec(text) ?? [];
  if (printed === undefined || build === undefined) return undefined;
  // Red Hat's build is `7d71120/1.13.1`.
  const commit = build.replace(/\/.*$/, '');
  return { version: printed.replace(/\+.*$/, '').replace(/-[ce]e(?:-\d+)?/, ''), commit };
}

/**
 * Whether a version is older than another, e.g. `isBefore('17.06.2', 18, 9)`. One without numbers, such as `dev`, is the
 * newest there is.
 */
export function isBefore(version: string, major: number, minor: number): boolean {
  const [, ownMajor, ownMinor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (ownMajor === undefined) return false;
  return Number(ownMajor) < major || (Number(ownMajor) === major && Number(ownMinor) < minor);
}
