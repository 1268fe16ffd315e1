/** A root file system with the tools that a cell needs and, often, a docker build. Read-only once it is in the cache. */
export interface Userland {
  /** Key of the catalogue, e.g. `bookworm`. */
  name: string;
  /** Directory on the host. */
  root: string;
  /** Debian package → version, as resolved when it was made. */
  packages: Record<string, string>;
}

/** Where a docker build came from, as it stands in `run.json`. */
export type Origin =
  | { kind: 'debian'; suite: string; package: string; version: string }
  | { kind: 'tarball'; source: string; sha256: string }
  | { kind: 'directory'; source: string }
  | { kind: 'replica'; source: string; sha256: string };

/** One file of a docker build. */
export interface Binary {
  name: string;
  /** Absolute path inside the userland. */
  path: string;
  /** Hex digest of the bytes. */
  sha256: string;
}

/** One set of daemon binaries: what they are, where they came from, and how a cell reaches them. */
export interface DockerBuild {
  /** The level of the factor `daemon`: `20.10.24`, `rolling`, `1.13.1`, or what the user brought. */
  name: string;
  /** The version in `dockerd --version`, without the distribution's suffix: `20.10.24`. */
  version: string;
  /** The build's git commit as `dockerd --version` prints it. */
  commit: string;
  origin: Origin;
  binaries: Binary[];
  userland: Userland;
  /** Host directories that must be shown, read-only, at a path inside the userland. */
  mounts: { source: string; target: string }[];
  /** `PATH` inside the userland, the build's own directory first. */
  path: string;
}

/** The progress of a long step, for a progress bar. */
export interface Progress {
  /** e.g. `bookworm: downloading 85 packages`. */
  what: string;
  /** 0 to 1; absent when it is not known. */
  fraction?: number;
}

/** Options of everything that downloads or builds something. */
export interface Fetching {
  /** The cache's directory. */
  cache: string;
  /** Called as often as there is something new to show. */
  progress: (progress: Progress) => void;
  signal?: AbortSignal;
}
