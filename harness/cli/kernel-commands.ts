import type { Command } from 'commander';
import { cacheDirectory, quietly } from '../fetch/cache.ts';
import { inspectKernel, type Inspection } from '../fetch/kernel-image/inspection.ts';
import { fetchKernel } from '../fetch/kernel.ts';
import { listKernels } from '../fetch/known-kernels.ts';
import { fetchXz } from '../fetch/qemu.ts';
import { adviseBoot } from '../advice/boot-loader.ts';
import { bootWord } from '../advice/boot-word.ts';
import { printableJson } from '../core/printable.ts';
import { isThere } from '../store/beneath.ts';
import { readNamed } from '../store/stored-file.ts';
import { openTable } from '../report/table.ts';
import { paintFor, type Paint } from '../report/style.ts';
import { filePath } from './options.ts';
import { exitCodes } from '../run/exit-code.ts';

const howToBring =
  'Kernels that are not cached are downloaded on use. If the vault of one is not reachable, bring it as --kernel FILE.rpm[,FILE.rpm…],\n' +
  '--kernel FILE.deb[,FILE.deb…] or --kernel VMLINUZ[,MODULES], or from a copy of the vault (docs/settings.md has the settings).\n';

/** `lab kernels` */
export function addKernelsCommand(lab: Command): void {
  lab
    .command('kernels')
    .description('list the kernels that are known, what each is known for, which are cached, where they come from')
    .option('--json', 'as JSON')
    .action(async (options: { json?: true }) => {
      const cache = cacheDirectory();
      const kernels = await listKernels(cache);
      if (options.json) {
        process.stdout.write(`${printableJson({ cache, kernels })}\n`);
        return;
      }
      const paint = paintFor(process.stdout);
      const table = openTable(['--kernel', 'known for', 'from', 'cached'], paint);
      for (const { name, knownFor, source, cached } of kernels) {
        table.push([name, knownFor, source, cached?.release ?? paint('dim', 'no')]);
      }
      process.stdout.write(`${table.toString()}\n\ncache: ${cache}\n${howToBring}`);
    });
}

/** `lab kernel inspect FILE|NAME [PARAMETER…]` and `lab kernel advise PARAMETER…` */
export function addKernelCommands(lab: Command, setExitCode: (code: number) => void): void {
  const kernel = lab.command('kernel').description('look into a kernel, or how to boot a host with other parameters');
  kernel
    .command('inspect')
    .description('which boot parameters a kernel really knows; with parameters: 0 when it knows them all, 1 when not')
    .argument('<kernel>', 'a vmlinuz, vmlinux, .rpm or .deb, or the name of a known kernel')
    .argument('[parameters...]', 'e.g. cgroup.memory=nokmem')
    .option('--json', 'as JSON')
    .action(async (which: string, asked: string[], options: { json?: true }) => {
      const inspection = await inspect(which, asked.map(bootWord));
      if (options.json) process.stdout.write(`${printableJson(inspection)}\n`);
      else process.stdout.write(show(inspection, paintFor(process.stdout)));
      const unknown =
        asked.length > 0 && inspection.parameters.some(({ known, reader }) => !known && reader === undefined);
      setExitCode(unknown ? exitCodes.unexpected : exitCodes.asExpected);
    });
  kernel
    .command('advise')
    .description('print the commands that boot a host with parameters, and how their effect is seen; runs none of them')
    .argument('<parameters...>', 'e.g. cgroup.memory=nokmem')
    .option('--os-release <file>', 'of the host', filePath, ownOsRelease)
    .action(async (words: string[], { osRelease }: { osRelease: string }) => {
      const { distribution, add, check, known, remove } = adviseBoot(
        readNamed(osRelease, osReleaseBytes).toString(),
        words,
        { isRaspberryPi: osRelease === ownOsRelease && isThere('/boot/firmware/cmdline.txt') },
      );
      const block = (title: string, lines: string[]) => [title, ...lines.map((line) => `  ${line}`)];
      const lines = [
        `For ${distribution}; nothing of this was run.`,
        ...(known.length > 0 ? block('What was measured:', known) : []),
        ...block('To boot with it, as root:', add),
        ...block('Whether it has an effect; that /proc/cmdline has it proves nothing:', check),
        ...block('To undo it:', remove),
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}

/** The os-release(5) of this host. */
const ownOsRelease = '/etc/os-release';

/** Bytes of os-release(5), which has a line for each of some twenty fields. */
const osReleaseBytes = 64 << 10;

/** Bytes of a kernel's image: a vmlinux with all its symbols has some 800 MB, one that boots 15. */
const imageBytes = 1 << 30;

async function inspect(which: string, asked: string[]): Promise<Inspection> {
  const fetching = quietly();
  const isImage = isThere(which) && !/\.(?:rpm|deb)$/.test(which);
  const file = isImage ? which : (await fetchKernel(which, fetching)).image;
  return inspectKernel(readNamed(file, imageBytes), asked, await fetchXz(fetching));
}

function show({ release, version, compression, bytes, options, parameters }: Inspection, paint: Paint): string {
  const table = openTable(['parameter', 'known', 'evidence'], paint);
  for (const { parameter, known, reader, evidence } of parameters) {
    const sign = known ? paint('green', '✔ yes') : reader ? paint('dim', '– not the kernel’s') : paint('red', '✘ no');
    table.push([parameter, sign, evidence]);
  }
  const config = options?.map(({ option, value }) => `${option}=${value}`).join(' ') ?? 'none embedded';
  return [
    `${paint('bold', release)}, compressed with ${compression}, ${Math.round(bytes / (1 << 20))} MiB`,
    paint('dim', version),
    `configuration: ${config}`,
    '',
    table.toString(),
    '',
    'A parameter that is not known is ignored in silence, and stands in /proc/cmdline all the same.',
    '',
  ].join('\n');
}
