import { gunzipSync } from 'node:zlib';
import { LabError, messageOf } from '../../core/errors.ts';

/** The marks that CONFIG_IKCONFIG puts around a gzip file of the configuration (kernel/configs.c). */
const begin = Buffer.from('IKCFG_ST', 'latin1');
const end = Buffer.from('IKCFG_ED', 'latin1');

/** The configuration of a distribution's kernel has some 250 KB. */
const mostConfigBytes = 4 << 20;

/** The configuration in a decompressed kernel; undefined where it was built without CONFIG_IKCONFIG, as Debian's are. */
export function embeddedConfig(vmlinux: Buffer): string | undefined {
  const from = vmlinux.indexOf(begin);
  const to = vmlinux.indexOf(end, from);
  if (from < 0 || to < 0) return undefined;
  try {
    return gunzipSync(vmlinux.subarray(from + begin.length, to), { maxOutputLength: mostConfigBytes }).toString();
  } catch (error) {
    throw new LabError(
      {
        doing: 'reading the configuration that is embedded in a kernel',
        expected: `a gzip file of at most ${mostConfigBytes.toLocaleString('en')} bytes`,
        happened: messageOf(error),
        hint: 'the image may be damaged: download it again',
      },
      { cause: error },
    );
  }
}

/** Options that decide on memory cgroups and slabs. */
const telling = [
  'CONFIG_MEMCG',
  'CONFIG_MEMCG_V1',
  'CONFIG_MEMCG_KMEM',
  'CONFIG_MEMCG_SWAP',
  'CONFIG_SLUB',
  'CONFIG_SLAB',
  'CONFIG_SLAB_MERGE_DEFAULT',
  'CONFIG_DEBUG_KMEMLEAK',
] as const;

/** The telling options of a configuration: their value, or `not set`. One that the kernel does not know is left out. */
export function tellingOptions(config: string): { option: string; value: string }[] {
  return telling.flatMap((option) => {
    const set = new RegExp(`^${option}=(.*)$`, 'm').exec(config)?.[1];
    if (set !== undefined) return [{ option, value: set }];
    return new RegExp(`^# ${option} is not set$`, 'm').test(config) ? [{ option, value: 'not set' }] : [];
  });
}
