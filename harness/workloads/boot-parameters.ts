/** The boot parameters of a level of the factor `bootParameters`. */
export const bootParameters: Readonly<Record<string, readonly string[]>> = {
  none: [],
  nokmem: ['cgroup.memory=nokmem'],
  'disable-memory': ['cgroup_disable=memory'],
  both: ['cgroup.memory=nokmem', 'cgroup_disable=memory'],
};

/** The allowed values of a level on the command line. */
export const bootParameterAliases = {
  'cgroup.memory=nokmem': 'nokmem',
  'cgroup_disable=memory': 'disable-memory',
} as const;

/** @throws {RangeError} for a level that does not exist. */
export function parametersOf(level: string): readonly string[] {
  const found = bootParameters[level];
  if (!found) throw new RangeError(`no boot parameters are called ${level}`);
  return found;
}
