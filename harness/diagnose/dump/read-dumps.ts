import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LabError, messageOf } from '../../core/errors.ts';
import { readPeers } from '../../probes/unix-peers.ts';
import { readNamed } from '../../store/stored-file.ts';
import { LineError, linesOf } from '../text/lines.ts';
import { parseCgroups, parseInfo } from '../bundle/parse-sample.ts';
import type { HostEvidence, Sample } from '../model/evidence.ts';
import type { DumpKind } from '../model/facts.ts';
import { isGoroutineText, readGoroutineText } from '../text/goroutine-text.ts';
import { readSlabinfo, readSlabtop } from '../text/slab-text.ts';
import { countPatterns } from './log-patterns.ts';
import { readHeapText, readProtobuf } from './profile-dump.ts';

/** Bytes of a dump: a daemon with 100,000 goroutines prints some 100 MB. */
const mostDumpBytes = 256 << 20;

/** The contribution of one dump to the evidence. */
interface Part {
  kind: DumpKind;
  /** Stacks, caches, rows or lines that were read. */
  records: number;
  evidence: Partial<Pick<HostEvidence, 'goroutines' | 'heap' | 'slabCaches' | 'logs'>>;
  sample?: Partial<Sample>;
  callers?: HostEvidence['docker']['callers'];
}

/** A form of text, how it is recognized, and its reader. The first that fits is taken: a log may quote any of the others. */
interface Form {
  kind: DumpKind;
  fits: (text: string) => boolean;
  read: (file: string, text: string) => Omit<Part, 'kind'>;
}

/** A row of `ss -xp`, with its column State or without, or the head of its columns. */
const ssLine = /^\s*(?:Netid\s|u_\w+\s+(?:[A-Z][A-Z0-9-]*\s+)?\d+\s+\d+\s+\S.*\s\d+\s+\S+\s+\d+(?:\s|$))/;

const forms: readonly Form[] = [
  {
    kind: 'heap-profile',
    fits: (text) => /^\s*heap profile: /m.test(text.slice(0, 4096)),
    read: (file, text) => {
      const heap = readHeapText(file, text);
      return { records: heap.functions.length, evidence: { heap } };
    },
  },
  {
    kind: 'goroutines',
    fits: isGoroutineText,
    read: (file, text) => {
      const goroutines = readGoroutineText(file, text);
      return { records: goroutines.length, evidence: { goroutines } };
    },
  },
  { kind: 'slabinfo', fits: (text) => /^\s*slabinfo - version/.test(text), read: cachesOf(readSlabinfo) },
  {
    kind: 'slabtop',
    fits: (text) => /^\s*Active \/ Total Objects|^\s*OBJS\s+ACTIVE\s+USE/.test(text),
    read: cachesOf(readSlabtop),
  },
  {
    kind: 'proc-cgroups',
    fits: (text) => text.trimStart().startsWith('#subsys_name'),
    read: (file, text) => {
      const cgroups = parseCgroups(file, text);
      return { records: Object.keys(cgroups).length, evidence: {}, sample: { cgroups } };
    },
  },
  {
    kind: 'ss',
    fits: (text) => /^\s*u_(?:str|dgr|seq)\s/m.test(text),
    read: (file, text) => {
      for (const { text: line, fail } of linesOf(file, text)) if (!ssLine.test(line)) fail('a row of ss -xp');
      const { byProcess, gone, unseen } = readPeers(text);
      const callers = [...byProcess].map(([pid, connections]) => ({ pid, connections, ...commandIn(text, pid) }));
      return { records: byProcess.size, evidence: {}, callers: { callers, gone, unseen } };
    },
  },
  {
    kind: 'docker-info',
    fits: (text) => /^\s*(?:Server Version|Storage Driver): /m.test(text),
    read: (file, text) => {
      const info = parseInfo(file, text);
      if (!info)
        return (
          linesOf(file, text)[0]?.fail('the lines of docker info, with Server Version: VERSION') ?? {
            records: 0,
            evidence: {},
          }
        );
      return { records: 1, evidence: {}, sample: { info } };
    },
  },
  {
    kind: 'kernel-log',
    // With seconds since the boot, or (dmesg -T) with a date.
    fits: (text) =>
      /^(?:<\d+>)?\[(?:\s*\d+\.\d{6}|[A-Z][a-z]{2} [A-Z][a-z]{2} [\d ]\d [\d:]{8} \d{4})\] /m.test(text) ||
      /\bkernel: /.test(text.slice(0, 65_536)),
    read: (_file, text) => {
      const kernel = countPatterns(text);
      return { records: kernel.lines, evidence: { logs: { kernel } } };
    },
  },
  {
    kind: 'daemon-log',
    fits: (text) => /\blevel=(?:debug|info|warning|error|fatal)\b|\bdockerd?(?:-current)?\[\d+\]: /.test(text),
    read: (_file, text) => {
      const daemon = countPatterns(text);
      return { records: daemon.lines, evidence: { logs: { daemon } } };
    },
  },
];

/** The forms of a dump, for people. */
const formsForPeople =
  'goroutines (debug=1, debug=2, SIGUSR1, SIGQUIT, protobuf), a heap profile (debug=1 or protobuf), /proc/slabinfo, slabtop, /proc/cgroups, ss -xp, docker info, dmesg, or a log of dockerd';

/**
 * Reads what people paste: each file becomes evidence of one host.
 *
 * @throws {LabError} for a file of no known form, naming the line that is not as expected
 */
export function readDumps(files: readonly string[]): HostEvidence {
  const parts = files.map((file) => ({ file, ...readDump(file) }));
  requireOneOfEach(parts);
  const sample: Sample = Object.assign({ uptime: 0, clock: 0 }, ...parts.map((part) => part.sample ?? {}));
  const callers = parts.find((part) => part.callers)?.callers;
  const logs = Object.assign({}, ...parts.map(({ evidence }) => evidence.logs ?? {}));
  const evidence: Part['evidence'] = Object.assign({}, ...parts.map((part) => part.evidence));
  return {
    info: {
      format: 1,
      host: files.map((file) => path.basename(file)).join(', '),
      time: new Date().toISOString(),
      uid: 0,
      interval: 0,
      samples: 1,
      ticks: 100,
      redacted: false,
      deep: false,
      // A dump does not say which process it is of: that there is a dockerd is all that matters.
      daemon: 0,
    },
    items: [],
    problems: [],
    host: {},
    docker: { ...(callers && { callers }) },
    samples: [sample],
    dumps: parts.map(({ file, kind, records }) => ({ file: path.basename(file), kind, records })),
    ...evidence,
    logs,
  };
}

/** @throws {LabError} for two of a kind: one of them would be left out */
function requireOneOfEach(parts: readonly { file: string; kind: DumpKind }[]): void {
  for (const [kind, same] of Map.groupBy(parts, (part) => part.kind)) {
    if (same.length < 2) continue;
    throw new LabError({
      doing: 'reading the dumps',
      expected: 'one dump of each kind: together they are one host',
      happened: `${same.map(({ file }) => file).join(' and ')} are of the same kind (${kind})`,
      hint: 'run the command once for each host, or for each time',
    });
  }
}

function readDump(file: string): Part {
  const raw = readNamed(file, mostDumpBytes);
  const isPacked = raw.length > 2 && raw.readUInt16BE(0) === 0x1f8b;
  const content = isPacked ? decompressed(file, raw) : raw;
  // Editors of Windows add a byte order mark and carriage returns.
  const text = content
    .toString()
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n');
  const form = forms.find(({ fits }) => fits(text));
  if (isPacked && !form) {
    const read = readProtobuf(file, content, raw);
    return 'heap' in read
      ? { kind: 'heap-profile', records: read.heap.functions.length, evidence: read }
      : { kind: 'goroutines', records: read.goroutines.length, evidence: read };
  }
  if (!form) {
    const first = text.split('\n').find((line) => line.trim() !== '') ?? '';
    throw unreadable(file, formsForPeople, first === '' ? 'it is empty' : `it begins with "${first.slice(0, 120)}"`);
  }
  try {
    return { kind: form.kind, ...form.read(file, text) };
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    const { line, expected, found } = error.problem;
    throw unreadable(file, expected, `line ${line ?? '?'} is "${found}"`);
  }
}

function decompressed(file: string, raw: Buffer): Buffer {
  try {
    return gunzipSync(raw, { maxOutputLength: mostDumpBytes });
  } catch (error) {
    throw unreadable(
      file,
      `a whole file of gzip, at most ${mostDumpBytes >> 20} MB when decompressed`,
      messageOf(error),
    );
  }
}

function cachesOf(read: typeof readSlabinfo): Form['read'] {
  return (file, text) => {
    const slabCaches = read(file, text);
    return { records: slabCaches.length, evidence: { slabCaches } };
  };
}

/** `users:(("agent",pid=412,fd=7))` */
function commandIn(ss: string, pid: number): { command?: string } {
  const command = new RegExp(`\\("([^"]{1,40})",pid=${pid},`).exec(ss)?.[1];
  return command === undefined ? {} : { command };
}

function unreadable(file: string, expected: string, happened: string): LabError {
  return new LabError({
    doing: `reading the dump ${file}`,
    expected,
    happened,
    hint: 'give one file for each dump, from its first line to its last',
  });
}
