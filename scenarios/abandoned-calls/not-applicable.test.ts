import test from 'ava';
import { notApplicable } from './not-applicable.ts';

const cell = (endpoint: string, leaving: string, container = 'silent', daemon = '26.1.5') => ({
  daemon,
  endpoint,
  leaving,
  container,
});

test('an endpoint needs its API version', (t) => {
  t.is(notApplicable(cell('wait', 'closes'), '17.05.0'), 'wait needs API 1.30');
  t.is(notApplicable(cell('wait', 'closes'), '17.06.2-ce'), undefined);
  t.is(notApplicable(cell('attach', 'closes'), '1.11.2'), 'attach needs API 1.24');
  t.is(notApplicable(cell('attach', 'closes'), '1.12.6'), undefined);
});

test('a combination that says nothing new, or that dockerd refuses, is not tried', (t) => {
  const reason = (...levels: Parameters<typeof cell>) => notApplicable(cell(...levels), '26.1.5');
  t.regex(reason('events', 'closes', 'chatty') ?? '', /not about a container/);
  t.regex(reason('events', 'sends-nothing') ?? '', /has no endpoint/);
  t.is(reason('attach', 'sends-nothing'), undefined);
  t.regex(reason('stats-once', 'resets') ?? '', /no answer/);
  t.is(reason('stats-once', 'killed'), undefined);
  t.regex(reason('exec-start', 'closes', 'paused') ?? '', /refuses exec-start of a paused container/);
  t.is(reason('logs-follow', 'closes', 'paused'), undefined);
  t.regex(reason('pull', 'killed') ?? '', /in the process that is killed/);
  t.regex(reason('attach', 'closes', 'silent', 'replica 1.13.1') ?? '', /replica/);
});
