import { constants } from 'node:os';
import { LabError, lastLines } from '../../core/errors.ts';
import type { MountFlags } from '../../core/mount-flags.ts';
import { shellCommand } from '../../core/shell-command.ts';
import type { Ending, Machine, Running } from '../../machine/contract.ts';
import { labSlice } from './connection.ts';

/** Milliseconds that nothing may wait for: as long as a timer can be. */
const forEver = 2 ** 31 - 1;

/** Milliseconds for systemd to start a unit: 3 s were measured on an emulated CPU. */
const startLimit = 300_000;

/** Milliseconds that a log may still come after its program has ended, from others that hold it open. */
const logLimit = 2000;

/** `CLD_EXITED` of waitid(2), with which systemd reports how a process ended. */
const exited = 1;

/**
 * A unit of systemd whose main process is a program. It stays when that has ended: systemd then still knows how, and leaves what the
 * program has started alone, in the unit's cgroup.
 *
 * @param script what the unit runs
 */
function unitFile(script: string, flags: MountFlags): string {
  return [
    '[Service]',
    'Type=simple',
    `ExecStart=/bin/sh ${script}`,
    'KillMode=process',
    'RemainAfterExit=yes',
    `Slice=${labSlice}`,
    'Delegate=yes',
    'LimitNOFILE=1048576',
    'LimitNPROC=infinity',
    'LimitCORE=infinity',
    'TasksMax=infinity',
    ...(flags === 'unset' ? [] : [`MountFlags=${flags}`]),
    '',
  ].join('\n');
}

let unitsStarted = 0;

/**
 * Starts a program as a unit of the machine's systemd, since 219.
 *
 * @throws {LabError} with the unit's state when systemd does not start it
 */
export async function startSystemdUnit(
  machine: Pick<Machine, 'run' | 'start' | 'writeFile'>,
  command: readonly string[],
  { mountFlags, log, path }: { mountFlags: MountFlags; log: string; path: string },
): Promise<Running> {
  const unit = `lab-${++unitsStarted}.service`;
  const [script, pipe] = [`/run/lab/${unit}.sh`, `/run/lab/${unit}.log`];
  await machine.run(['busybox', 'mkfifo', '-m', '600', pipe]);
  // No directive of systemd 219 appends a unit's output to a file; the shell does.
  const words = shellCommand(['env', '-i', `PATH=${path}`, 'HOME=/root', 'LANG=C', ...command]);
  await machine.writeFile(script, `exec ${words} >${pipe} 2>&1 </dev/null\n`);
  await machine.writeFile(`/run/systemd/system/${unit}`, unitFile(script, mountFlags));
  const logging = await machine.start(['busybox', 'cat', pipe], { log });
  const start = 'systemctl daemon-reload && systemctl start "$0" && systemctl show --property=MainPID "$0"';
  const started = await machine.run(['sh', '-c', start, unit], { timeout: startLimit });
  const pid = Number(/^MainPID=(\d+)$/m.exec(started.stdout)?.[1] ?? 0);
  if (started.exitCode !== 0) {
    await logging.kill('SIGKILL');
    throw await failed(machine, unit, command, `${started.stdout}\n${started.stderr}`);
  }
  let ending: Ending | undefined;
  const watch =
    'while [ -e "/proc/$1" ]; do busybox usleep 200000; done; systemctl show --property=ExecMainCode,ExecMainStatus "$0"';
  // The machine's end is the program's, too.
  const seen = machine.run(['sh', '-c', watch, unit, `${pid}`], { timeout: forEver }).then(
    ({ stdout }) => endingOf(stdout),
    (): Ending => ({ signal: 'SIGKILL' }),
  );
  const exitedWith = seen.then(async (how) => {
    const timer = Promise.withResolvers<void>();
    const limit = setTimeout(timer.resolve, logLimit);
    await Promise.race([logging.exited, timer.promise]);
    clearTimeout(limit);
    ending = how;
    return how;
  });
  return {
    pid,
    exited: exitedWith,
    get hasExited() {
      return ending !== undefined;
    },
    async kill(signal) {
      if (!ending) await machine.run(['busybox', 'kill', `-${signal.slice(3)}`, `${pid}`]);
    },
  };
}

/** The state of the main process as systemd reports it. */
function endingOf(shown: string): Ending {
  const facts = new Map([...shown.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
  const status = Number(facts.get('ExecMainStatus') ?? 0);
  if (Number(facts.get('ExecMainCode')) === exited) return { exitCode: status };
  const name = Object.entries(constants.signals).find(([, number]) => number === status)?.[0];
  return { signal: name ?? `signal ${status}` };
}

async function failed(
  machine: Pick<Machine, 'run'>,
  unit: string,
  command: readonly string[],
  said: string,
): Promise<LabError> {
  const { stdout } = await machine.run(['systemctl', 'status', '--no-pager', '--full', unit]);
  return new LabError({
    doing: `starting ${shellCommand(command)} as a unit of systemd`,
    expected: 'systemd starts it',
    happened: lastLines(said.trim(), 1),
    evidence: lastLines(stdout, 12),
    hint: `see more of it in the box: journalctl --unit=${unit}`,
  });
}
