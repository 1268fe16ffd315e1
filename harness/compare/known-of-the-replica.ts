import { often, type KnownDifference } from './known-difference.ts';

/** Differences of the replica from a real 1.13.1, in every comparison. */
export const ofTheReplica: readonly KnownDifference[] = [
  {
    what: /^body \.(?:Replica|SystemStatus|Labels|DefaultRuntime|Runtimes\.\w+)$/,
    request: /GET (?:\/v[\d.]+)?\/(?:info|version)$/,
    why: 'the replica names itself where a reader could mistake it for the real daemon',
  },
  {
    what: /^log$/,
    real: 'missing',
    replica: /^warning This is replica /,
    why: 'the replica says what it is in its log, too',
  },
  {
    what: /^body \.(?:BuildTime|NGoroutines)$/,
    replica: 'missing',
    why: 'the replica is not built, and no Go program',
  },
  {
    what: /^body \.(?:DriverStatus|IndexServerAddress|InitBinary|LoggingDriver|Plugins|RegistryConfig|SecurityOptions)\b/,
    request: /GET \/info$/,
    why: 'the replica has no registry, no plug-ins, no log drivers, no init and no security modules, and names none',
  },
  {
    what: /^body \.LogPath$/,
    replica: /stdout\.log"$/,
    why: "the replica keeps a container's output as plain text",
  },
  {
    what: /^body .*\.enable_ip_masquerade$/,
    why: 'the replica makes no rules of iptables: containers reach their gateway and each other',
  },
  {
    what: /^body .*\.IPAM\.Config\[\]\.Gateway$/,
    real: 'missing',
    why: 'a real daemon tells the gateway once docker0 was there before it; the replica tells it always',
  },
  {
    what: /./,
    request: /(?:POST (?:\/v[\d.]+)?\/containers\/[^/]+\/(?:exec|pause|unpause)|GET \/debug\/pprof\/\S*)$/,
    why: 'the replica has no exec, no freezer and no profiles',
  },
  {
    what: /^log$/,
    real: /^debug Calling POST \S*\/(?:exec|pause|unpause)$/,
    replica: 'missing',
    why: 'the replica has no exec and no freezer',
  },
  {
    what: /^log$/,
    request: /: dockerd starts$/,
    real: new RegExp(`${often}debug `),
    replica: 'missing',
    why: 'what a daemon tells of its own start: the replica re-creates what concerns containers and their networks',
  },
  {
    what: /^log$/,
    request: /: dockerd starts$/,
    real: new RegExp(`${often}info (?:Graph migration to content-addressability took|Default bridge \\(docker0\\))`),
    replica: 'missing',
    why: 'the replica has neither old images nor a choice of bridges',
  },
  {
    what: /^log$/,
    real: new RegExp(`${often}warning (?:Your kernel does not support|failed to retrieve \\S+ version|mountpoint )`),
    replica: 'missing',
    why: 'the replica asks neither the kernel nor programs beside it what they can do',
  },
  {
    what: /^log$/,
    real: new RegExp(
      `${often}(?:debug container mounted via layerStore|debug Failed to unmount|warning failed to cleanup ipc mounts)`,
    ),
    replica: 'missing',
    why: "the replica mounts a container's files in the container's own mount namespace",
  },
  {
    what: /^log$/,
    real: new RegExp(`${often}debug (?:sandbox set key processing took|EnableService|DisableService)`),
    replica: 'missing',
    why: "the replica enters a container's namespace itself, and has no hook of libnetwork in runc",
  },
  {
    what: /^log$/,
    real: new RegExp(
      `${often}(?:debug (?:\\S*ip6?tables, |DeleteConntrack)|(?:info|warning) (?:Firewalld|No non-localhost DNS|IPv6 enabled))`,
    ),
    replica: 'missing',
    why: 'the replica makes no rules of iptables and writes no resolv.conf',
  },
];

/** Differences by the way the recorded daemon was run. */
export const ofTheRecording: readonly KnownDifference[] = [
  {
    only: 'recorded',
    what: /^body .*\.(?:Bridge|com\.docker\.network\.bridge\.name)$/,
    why: 'the recorded daemon had a bridge that was made for it (--bridge)',
  },
  {
    only: 'recorded',
    what: /^log$/,
    real: 'missing',
    replica: /^info \[graphdriver\] using prior storage driver: overlay2$/,
    why: 'the recorded daemon was told its storage driver (--storage-driver), and so looked for none',
  },
];
