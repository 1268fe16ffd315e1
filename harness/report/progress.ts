import { createLogUpdate } from 'log-update';
import type { Progress } from '../../vms/build.ts';
import type { ProgressView } from '../run/progress-view.ts';
import type { VerdictRecord } from '../store/schema.ts';
import { activityWords } from './activity-words.ts';
import { paintFor, showOutcome, showSeconds } from './style.ts';
import { forTerminal, unguardedStream } from './terminal.ts';
import { summaryWords } from './value-words.ts';

/** Milliseconds between two pictures: an elapsed time with one decimal is right, and the CPU is left to the cells. */
const refresh = 200;

/** Columns of a progress bar. */
const barWidth = 24;

/** A live view on a terminal, plain lines elsewhere. */
export function openProgressView(stream: NodeJS.WriteStream): ProgressView {
  return stream.isTTY ? liveView(stream) : plainView(stream);
}

function liveView(stream: NodeJS.WriteStream): ProgressView {
  const paint = paintFor(stream);
  // It would hide the cursor of stderr, whichever stream it is given (cli-cursor).
  const update = createLogUpdate(unguardedStream(stream), { showCursor: true });
  const steps = new Map<string, Progress>();
  const cells = new Map<string, { what: string; begin: number }>();
  const begin = performance.now();
  let total = 0;
  const counts = new Map<string, number>();
  const draw = () => {
    const fetching = [...steps].map(([name, { what, fraction }]) => `  ${bar(fraction)} ${name}: ${what}`);
    const running = [...cells].map(([name, { what, begin: since }]) => {
      const elapsed = showSeconds((performance.now() - since) / 1000).padStart(7);
      return `  ${paint('dim', elapsed)} ${name}  ${what}`;
    });
    const done = [...counts].map(([word, count]) => `${count} ${word}`).join(', ') || 'none done';
    const head = total > 0 ? `${total} cells: ${done} · ${showSeconds((performance.now() - begin) / 1000)}` : '';
    // A picture taller or wider than the terminal cannot be taken back.
    const lines = [...fetching, ...running, head].filter(Boolean).slice(-(stream.rows - 1));
    const shown = lines.map((line) => forTerminal(line.replaceAll(/[\t\n]/g, ' ')));
    update(shown.map((line) => line.slice(0, stream.columns + (line.length - visibleLength(line)) - 1)).join('\n'));
  };
  const timer = setInterval(draw, refresh);
  return {
    fetching: (name, progress) => steps.set(name, progress),
    fetched: (name) => steps.delete(name),
    expect: (cellCount) => (total += cellCount),
    say: (line) => update.persist(forTerminal(line)),
    cellDoes(name, activity) {
      cells.set(name, { what: activityWords(activity), begin: cells.get(name)?.begin ?? performance.now() });
    },
    cellEnded(name, { outcome }) {
      cells.delete(name);
      const word = showOutcome(outcome, paint);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}

function plainView(stream: NodeJS.WriteStream): ProgressView {
  const paint = paintFor(stream);
  const steps = new Map<string, string>();
  let total = 0;
  let ended = 0;
  const say = (line: string) => void stream.write(`${line}\n`);
  return {
    fetching(name, { what }) {
      if (steps.get(name) !== what) say(`${name}: ${what}`);
      steps.set(name, what);
    },
    fetched: () => {},
    expect: (cells) => (total += cells),
    say,
    cellDoes: () => {},
    cellEnded: (name, verdict) => say(endLine(++ended, total, name, verdict)),
    [Symbol.dispose]() {},
  };
  function endLine(number: number, of: number, name: string, verdict: VerdictRecord): string {
    const { outcome, judgement, seconds, host } = verdict;
    const where = host === undefined ? '' : `  on ${host}`;
    const observed = judgement ? `  ${summaryWords(judgement.observed)}` : '';
    return `${number}/${of} ${showOutcome(outcome, paint)}  ${name}${observed}  ${showSeconds(seconds)}${where}`;
  }
}

function bar(fraction: number | undefined): string {
  const filled = fraction === undefined ? 0 : Math.round(Math.min(1, fraction) * barWidth);
  const percent = fraction === undefined ? '' : `${Math.floor(Math.min(1, fraction) * 100)}%`;
  return `[${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}] ${percent.padStart(4)}`;
}

/** Characters that a terminal shows: colours are sequences of ESC [ … m. */
function visibleLength(line: string): number {
  return line.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g'), '').length;
}
