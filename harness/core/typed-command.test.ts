import test from 'ava';
import { programSetting, typedCommand, typedWords } from './typed-command.ts';

const commands = [
  ['scenario', '--list'],
  ['scenario', 'netns-restore'],
  ['scenario', 'netns-restore', '--daemon', 'a build', '--only', 'client=agent-1.20'],
  ['matrix', '--profile', 'quick'],
  ['lab', 'doctor'],
  ['lab', 'kernel', 'advise', 'cgroup.memory=nokmem'],
];

test.serial('a checkout is told npm’s scripts, and where the options of the lab begin', (t) => {
  t.deepEqual(
    commands.map((words) => typedCommand(...words)),
    [
      'npm run scenario -- --list',
      'npm run scenario netns-restore',
      "npm run scenario netns-restore -- --daemon 'a build' --only client=agent-1.20",
      'npm run matrix -- --profile quick',
      'npm run lab -- doctor',
      'npm run lab -- kernel advise cgroup.memory=nokmem',
    ],
  );
});

test.serial('the package is told its own program, as it was started, without the word lab', (t) => {
  t.teardown(() => delete process.env[programSetting]);
  process.env[programSetting] = 'leaklab';
  t.deepEqual(
    commands.map((words) => typedCommand(...words)),
    [
      'leaklab scenario --list',
      'leaklab scenario netns-restore',
      "leaklab scenario netns-restore --daemon 'a build' --only client=agent-1.20",
      'leaklab matrix --profile quick',
      'leaklab doctor',
      'leaklab kernel advise cgroup.memory=nokmem',
    ],
  );
  process.env[programSetting] = 'npx dockerd-leak-lab';
  t.deepEqual(typedWords(['lab', 'doctor']), ['npx', 'dockerd-leak-lab', 'doctor']);
  process.env[programSetting] = './my folder/leaklab';
  t.is(typedCommand('lab', 'doctor'), "'./my folder/leaklab' doctor");
});
