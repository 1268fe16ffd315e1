import type { Command } from 'commander';
import { netnsSteps, type DemoStep } from '../demo/netns-steps.ts';
import { openTypedShell } from '../demo/typed-shell.ts';
import { machineKinds, unmetRequirements } from '../machines/registry.ts';
import { named } from '../core/did-you-mean.ts';
import { paintFor } from '../report/style.ts';
import { exitCodes } from '../run/exit-code.ts';

/** A host of its own for the demonstration: nothing that is mounted in it is seen outside, nothing outlives it. */
const host = [
  'unshare',
  '--mount',
  '--pid',
  '--mount-proc',
  '--fork',
  '--kill-child=KILL',
  '--propagation',
  'private',
  'sh',
];

/** `lab netns-demo` */
export function addNetnsDemoCommand(lab: Command, setExitCode: (code: number) => void): void {
  lab
    .command('netns-demo')
    .description('show the mechanism alone, without any docker, as commands that can be typed')
    .action(async () => {
      const unmet = await unmetRequirements(named('machine', 'local', machineKinds));
      if (unmet === undefined) return setExitCode(await demonstrate());
      process.stderr.write(`${unmet}\n`);
      setExitCode(exitCodes.couldNotRun);
    });
}

async function demonstrate(): Promise<number> {
  const paint = paintFor(process.stdout);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  let surprises = 0;
  await using shell = openTypedShell(host);
  say(`$ ${host.join(' ')}`);
  for (const { title, steps } of netnsSteps) {
    say(`\n${paint('bold', title)}`);
    for (const step of steps) {
      const { output, exitCode } = await shell.type(step.command);
      const asExpected = isAsExpected(step, output, exitCode);
      say(`${paint('dim', `# ${step.says}`)}\n$ ${step.command}`);
      if (output) say(output);
      say(
        paint(
          asExpected ? 'green' : 'red',
          `→ exit code ${exitCode}${asExpected ? '' : `, expected ${step.exitCode} ${step.output ?? ''}`}`,
        ),
      );
      if (!asExpected) surprises++;
    }
  }
  say(
    surprises === 0
      ? '\nThe mount namespace took the bind mount along: setns(2) on the empty file says EINVAL. Propagated, it works.'
      : `\n${surprises} steps did not return what they do on Linux 3.8 to 6.18: this kernel or its tools are different.`,
  );
  return surprises === 0 ? exitCodes.asExpected : exitCodes.unexpected;
}

function isAsExpected({ exitCode, output }: DemoStep, seen: string, code: number): boolean {
  return code === exitCode && (output === undefined || output.test(seen));
}
