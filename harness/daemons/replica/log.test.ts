import test from 'ava';
import { matchingLines, patterns } from '../../probes/daemon-log.ts';
import { createLog, formatLine } from './log.ts';

// Lines of dockerd 1.13.1, verbatim.
const recorded = [
  'time="2026-11-22T04:34:51.480039455Z" level=info msg="Docker daemon" commit=092cba3 graphdriver=overlay2 version=1.13.1 ',
  'time="2026-11-22T04:34:50.266455752Z" level=debug msg="containerd: supervisor running" cpus=2 stateDir="/lab/rec/exec" ',
  'time="2026-11-22T04:34:51.479770706Z" level=warning msg="unknown output format: tini version 0.19.0\\n" ',
  'time="2026-11-22T04:34:51.634749907Z" level=debug msg="form data: {\\"Image\\":\\"bb\\"}" ',
] as const;

test('a line with fields', (t) => {
  const fields = { commit: '092cba3', graphdriver: 'overlay2', version: '1.13.1' };
  t.is(formatLine('2026-11-22T04:34:51.480039455Z', 'info', 'Docker daemon', fields), recorded[0]);
});

test('a field is quoted when it has to be', (t) => {
  const fields = { cpus: 2, stateDir: '/lab/rec/exec' };
  t.is(formatLine('2026-11-22T04:34:50.266455752Z', 'debug', 'containerd: supervisor running', fields), recorded[1]);
});

test('a message with a newline and one with quotes', (t) => {
  const newline = 'unknown output format: tini version 0.19.0\n';
  t.is(formatLine('2026-11-22T04:34:51.479770706Z', 'warning', newline), recorded[2]);
  t.is(formatLine('2026-11-22T04:34:51.634749907Z', 'debug', 'form data: {"Image":"bb"}'), recorded[3]);
});

test('debug lines are written only when asked for', (t) => {
  const lines: string[] = [];
  createLog(false, (line) => lines.push(line)).debug('Registering routers');
  t.deepEqual(lines, []);
  createLog(true, (line) => lines.push(line)).debug('Registering routers');
  t.regex(lines.join(''), /^time="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z" level=debug msg="Registering routers" \n$/);
});

test('the lab finds what it looks for in a log of the replica', (t) => {
  const lines: string[] = [];
  const log = createLog(true, (line) => lines.push(line));
  log.error('failed to create osl sandbox while trying to restore sandbox 809fe71: failed to create a netlink handle');
  log.error(`collecting stats for ${'7'.repeat(64)}: sandbox ${'6'.repeat(64)} not found`);
  t.is(matchingLines(lines.join(''), patterns.restoreError).length, 1);
  t.is(matchingLines(lines.join(''), patterns.collectingStats).length, 1);
});
