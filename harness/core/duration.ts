/** Seconds of a duration as options take it, e.g. `90`, `90s`, `10m` or `1h`; undefined for anything else. */
export function durationSeconds(text: string): number | undefined {
  const [, digits, unit = 's'] = /^(\d{1,4})([smh])?$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
}
