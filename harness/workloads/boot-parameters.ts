/** The boot parameters of a level of the factor `bootParameters`. */
export const bootParameters = {
  none: [],
  nokmem: ['cgroup.memory=nokmem'],
  'disable-memory': ['cgroup_disable=memory'],
  both: ['cgroup.memory=nokmem', 'cgroup_disable=memory'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type BootParameters = keyof typeof bootParameters;

/** The allowed values of a level on the command line. */
export const bootParameterAliases = {
  'cgroup.memory=nokmem': 'nokmem',
  'cgroup_disable=memory': 'disable-memory',
} as const;
