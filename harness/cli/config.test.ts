import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { quickCli } from '../../test/support/quick-cli.ts';
import { scratch } from '../../test/support/scratch.ts';
import { settingVariables } from '../core/settings.ts';
import { applyConfig, describeConfig, type FoundConfig } from './config.ts';

/** A user's config directory with this file, and the environment that leads to it. */
function userConfig(t: ExecutionContext, text: string): { file: string; env: Record<string, string> } {
  const home = scratch(t);
  const directory = path.join(home, 'dockerd-leak-lab');
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'dockerd-leak-lab.json'), text);
  return { file: path.join(directory, 'dockerd-leak-lab.json'), env: { XDG_CONFIG_HOME: home } };
}

const refuses = test.macro(async (t, text: string, message: string) => {
  const { file, env } = userConfig(t, text);
  const ran = await quickCli(['lab', 'show'], env);
  t.is(ran.stderr, message.replace('FILE', file));
  t.is(ran.exitCode, 64);
});

test(
  'an unknown setting is an error with a suggestion',
  refuses,
  '{ "job": 2 }',
  'The config file FILE is wrong:\n  there is no setting "job". Did you mean "jobs"? Known: mirror, cache, jobs, fleet, results.',
);
test(
  'each wrong value is named',
  refuses,
  '{ "jobs": 0, "fleet": "http://host", "cache": 7 }',
  [
    'The config file FILE is wrong:',
    '  cache: Invalid input: expected string, received number',
    '  jobs: Too small: expected number to be >=1',
    '  fleet: Invalid URL',
  ].join('\n'),
);
test(
  'no JSON',
  refuses,
  '{ jobs: 2 }',
  "The config file FILE is no JSON: Expected property name or '}' in JSON at position 2 (line 1 column 3)",
);

test('an option comes before the environment, that before the file, and the file before the default', async (t) => {
  const { file, env } = userConfig(t, '{ "results": "of-file" }');
  const directory = path.dirname(file);
  const lookedIn = async (words: string[], more: Record<string, string>) => {
    const { stderr } = await quickCli(['lab', 'show', ...words], more);
    return /There is no run in (.*) yet/.exec(stderr)?.[1];
  };
  const option = path.join(directory, 'of-option');
  const environment = { [settingVariables.results]: path.join(directory, 'of-environment') };
  t.is(await lookedIn(['--out', option], { ...env, ...environment }), option);
  t.is(await lookedIn([], { ...env, ...environment }), path.join(directory, 'of-environment'));
  t.is(await lookedIn([], env), path.join(directory, 'of-file'));
});

test('the file counts for one command line, and its cache for all that is read from one', async (t) => {
  const { file, env } = userConfig(t, '{ "cache": "own cache" }');
  const cacheOf = async (more: Record<string, string>) => {
    const { stdout } = await quickCli(['lab', 'daemons'], more);
    return /^cache: (.*)$/m.exec(stdout)?.[1];
  };
  const none = { XDG_CONFIG_HOME: scratch(t) };
  const before = await cacheOf(none);
  t.is(await cacheOf(env), path.join(path.dirname(file), 'own cache'));
  t.is(await cacheOf(none), before);
});

test('jobs of the file are no reason to refuse a fleet, and those of the command line are', async (t) => {
  const { env } = userConfig(t, '{ "jobs": 2, "fleet": "redis://127.0.0.1:1" }');
  const refused = 'There is no run';
  const ran = await quickCli(['matrix', '--jobs', '3'], env);
  t.is(ran.stderr, '--jobs has no effect with --fleet: each worker has its own. Leave it out.');
  t.not(ran.stderr, refused);
});

test('what counts, and what the environment says otherwise', (t) => {
  const found: FoundConfig = {
    file: '/etc/x/dockerd-leak-lab.json',
    values: { jobs: '2', cache: '/c', fleet: 'redis://user:secret@host:6379' },
  };
  const environment: NodeJS.ProcessEnv = { [settingVariables.cache]: '/other' };
  {
    using applied = applyConfig(found, environment);
    t.truthy(applied);
    t.deepEqual(environment, {
      [settingVariables.cache]: '/other',
      [settingVariables.jobs]: '2',
      [settingVariables.fleet]: 'redis://user:secret@host:6379',
    });
    t.deepEqual(describeConfig(found, environment), [
      '/etc/x/dockerd-leak-lab.json',
      'cache: /c; the environment has DOCKERD_LEAK_LAB_CACHE=/other, which counts',
      'jobs: 2',
      'fleet: redis://user:***@host:6379',
    ]);
  }
  t.deepEqual(environment, { [settingVariables.cache]: '/other' });
});
