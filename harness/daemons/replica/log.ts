import { formatTime, nowNanoseconds } from './clock.ts';

/** As logrus writes them. */
export type Level = 'debug' | 'info' | 'warning' | 'error' | 'fatal';

/** Writes to the daemon's log, which is its standard error, in the format of the logrus that 1.13.1 has. */
export interface Log {
  debug(message: string): void;
  info(message: string, fields?: Fields): void;
  warning(message: string): void;
  error(message: string): void;
  fatal(message: string): void;
}

type Fields = Readonly<Record<string, string | number>>;

/** A log that gives its lines to `write`. Debug lines are left out unless asked for. */
export function createLog(debug: boolean, write: (line: string) => void): Log {
  const at = (level: Level) => (message: string, fields?: Fields) =>
    write(`${formatLine(formatTime(nowNanoseconds()), level, message, fields)}\n`);
  return {
    debug: debug ? at('debug') : () => {},
    info: at('info'),
    warning: at('warning'),
    error: at('error'),
    fatal: at('fatal'),
  };
}

/** One line, with the space at its end that the real one has. */
export function formatLine(time: string, level: Level, message: string, fields: Fields = {}): string {
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${formatValue(value)} `);
  return `time="${time}" level=${level} msg=${quote(message)} ${pairs.join('')}`;
}

function formatValue(value: string | number): string {
  return typeof value === 'string' && !/^[\w.-]+$/.test(value) ? quote(value) : `${value}`;
}

/** Go's %q, as far as a daemon's messages need it; JSON's escapes are the same ones. */
function quote(text: string): string {
  return JSON.stringify(text);
}
