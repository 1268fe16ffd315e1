/** The output of `dockerd --version`. */
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
  // A tarball that was built again is called `29.4.2-2`.
  const version = printed
    .replace(/\+.*$/, '')
    .replace(/-[ce]e(?:-\d+)?/, '')
    .replace(/-\d+$/, '');
  return { version, commit };
}
