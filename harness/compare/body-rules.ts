/** Values of bodies of which only the kind is compared, since they tell of the host or the build. */
export const opaque: readonly { route: RegExp; path: RegExp; why: string }[] = [
  {
    route: /^\/(?:version|info)$/,
    path: /^\.(?:KernelVersion|OperatingSystem|Architecture|GitCommit|GoVersion|BuildTime|ID|Name|DockerRootDir)$/,
    why: 'what the host and the build are called',
  },
  {
    route: /^\/info$/,
    path: /^\.(?:ContainerdCommit|RuncCommit|InitCommit)\.(?:ID|Expected)$/,
    why: 'commits of the programs beside the daemon',
  },
  {
    route: /^\/info$/,
    path: /^\.(?:MemoryLimit|SwapLimit|KernelMemory|CpuCfsPeriod|CpuCfsQuota|CPUShares|CPUSet|OomKillDisable)$/,
    why: 'what the kernel offers; the replica asks it for none of these',
  },
  {
    route: /^\/info$/,
    path: /^\.(?:IPv4Forwarding|BridgeNfIptables|BridgeNfIp6tables)$/,
    why: 'settings of the kernel',
  },
  { route: /\/stats$/, path: /^\.memory_stats\.stats$/, why: "the lines of the kernel's memory.stat" },
  {
    route: /\/json$/,
    path: /^\.GraphDriver\.Data\.(?:LowerDir|MergedDir|UpperDir|WorkDir)$/,
    why: 'where layers lie, by names of their own',
  },
];

/** Numbers that mean something by themselves; of all others only that they are numbers. */
export const telling = /\.(?:ExitCode|StatusCode|RestartCount)$/;
