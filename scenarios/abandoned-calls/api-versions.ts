import { compareVersions, isBefore } from '../../harness/core/version.ts';

/** The API version of each docker release that raised it, newest first (Engine API version history of Docker's documentation). */
const raised = [
  ['29', '1.52'],
  ['28.3', '1.51'],
  ['28.2', '1.50'],
  ['28.1', '1.49'],
  ['28', '1.48'],
  ['27.2', '1.47'],
  ['27', '1.46'],
  ['26', '1.45'],
  ['25', '1.44'],
  ['24', '1.43'],
  ['23', '1.42'],
  ['20.10', '1.41'],
  ['19.03', '1.40'],
  ['18.09', '1.39'],
  ['18.06', '1.38'],
  ['18.04', '1.37'],
  ['18.02', '1.36'],
  ['17.12', '1.35'],
  ['17.11', '1.34'],
  ['17.10', '1.33'],
  ['17.09', '1.32'],
  ['17.07', '1.31'],
  ['17.06', '1.30'],
  ['17.05', '1.29'],
  ['17.04', '1.28'],
  ['17.03', '1.27'],
  ['1.13.1', '1.26'],
  ['1.13', '1.25'],
  ['1.12', '1.24'],
] as const;

/** Whether a docker has an API version, e.g. `1.30`. */
export function hasApi(docker: string, api: string): boolean {
  const [, offered] = raised.find(([release]) => compareVersions(docker, release) >= 0) ?? [];
  return offered !== undefined && !isBefore(offered, api);
}
