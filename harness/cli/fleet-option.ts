import { InvalidArgumentError, Option } from 'commander';
import { settingVariables } from '../core/settings.ts';
import { wholeNumber } from '../core/whole-number.ts';

/** `--fleet URL`, which the environment may have, too. */
export function fleetOption(): Option {
  return new Option('--fleet <url>', 'Redis or Valkey of the fleet: redis://HOST:PORT, or rediss:// for TLS').env(
    settingVariables.fleet,
  );
}

/** Reads `HOST:PORT`; an IPv6 address stands in brackets. */
export function hostPort(text: string): { host: string; port: number } {
  const [, host = '', digits = ''] = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d+)$/.exec(text) ?? [];
  const port = wholeNumber(digits, { least: 1, most: 65_535 });
  if (host !== '' && port !== undefined) return { host: host.replaceAll(/[[\]]/g, ''), port };
  throw new InvalidArgumentError('It has to be HOST:PORT, e.g. 10.0.0.5:7070.');
}
