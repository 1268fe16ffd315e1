/** A disk of a guest: a raw image on the host. */
export interface Drive {
  path: string;
  readOnly: boolean;
}

/** Options of the guest that QEMU starts. */
export interface VmPlan {
  acceleration: Acceleration;
  /** A bzImage or an ELF file with a PVH entry. */
  kernel: string;
  initramfs: string;
  parameters: readonly string[];
  memoryBytes: number;
  cpus: number;
  drives: readonly Drive[];
  /** Bytes that TCG may keep of translated code; {@link usualTranslatedBytes} when it is left out. */
  translatedBytes?: number;
  /** Set when an emulated CPU's clock counts instructions instead of the host's time; see {@link instructionClock}. */
  countsInstructions?: boolean;
  /** File that the console is appended to. */
  console: string;
  /** A file that holds the guest's memory; without one, the memory is private. */
  memory?: MemoryFile;
  /** Waits for a saved state instead of booting. */
  incoming?: true;
}

/** A file as a guest's memory: `shared` writes to it, else it is only read and what is written is kept aside. */
interface MemoryFile {
  path: string;
  shared: boolean;
}

/** `kvm` is the CPU's own help, `tcg` emulation: some 20 times slower, and the same everywhere. */
export type Acceleration = 'kvm' | 'tcg';

/** The file descriptors under which QEMU finds the guest's serial line, its virtio port, and its own control. */
const descriptors = { line: 3, port: 4, control: 5 };

/** Bytes that TCG may keep of translated code. A boot of 6.1 fills 52 MB; when all is used it starts anew. */
export const usualTranslatedBytes = 64 << 20;

/**
 * A clock that counts 2^1 ns an instruction while the CPU works, and goes with the host's while it sleeps: programs find a CPU
 * of 500 MIPS however slow the host is. Without it a dockerd on a busy host gives its containerd up, which has not answered
 * within 15 s. It costs nothing that could be measured, but 3 s of a boot.
 */
const instructionClock = ['-icount', 'shift=1'];

/** Parameters that every guest is booted with: a panic ends QEMU at once (`-no-reboot`) and is the end of its console. */
const usualParameters = ['console=ttyS0', 'panic=-1', 'quiet'];

/**
 * TCG translates code for the address at which it runs, so programs at ever new addresses are translated ever again: a
 * start of Perl takes 20 ms with this, and 130 ms without.
 */
const emulationParameters = ['norandmaps'];

/** The command line of the guest's kernel. What a cell adds comes last, and so wins. */
export function kernelCommandLine({ acceleration, parameters }: VmPlan): string {
  return [...usualParameters, ...(acceleration === 'tcg' ? emulationParameters : []), ...parameters].join(' ');
}

/** QEMU's arguments: a PC with two serial ports, a virtio port, and nothing else. */
export function qemuArguments(plan: VmPlan): string[] {
  const { acceleration, kernel, initramfs, memoryBytes, cpus, drives, console, memory, incoming } = plan;
  const { translatedBytes = usualTranslatedBytes, countsInstructions = false } = plan;
  const megabytes = `${Math.floor(memoryBytes / (1 << 20))}M`;
  const groups = [
    ['-M', memory ? 'pc,memory-backend=ram' : 'pc'],
    ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    acceleration === 'kvm'
      ? ['-accel', 'kvm', '-cpu', 'host']
      : ['-accel', `tcg,tb-size=${translatedBytes >> 20}`, '-cpu', 'max'],
    acceleration === 'tcg' && countsInstructions ? instructionClock : [],
    ['-smp', `${cpus}`, '-m', megabytes],
    memory ? ['-object', memoryBackend(memory, megabytes)] : [],
    ['-kernel', kernel, '-initrd', initramfs, '-append', kernelCommandLine(plan)],
    ['-chardev', `file,id=console,append=on,path=${escaped(console)}`, '-serial', 'chardev:console'],
    ['-chardev', `socket,id=line,server=off,fd=${descriptors.line}`, '-serial', 'chardev:line'],
    ['-chardev', `socket,id=port,server=off,fd=${descriptors.port}`],
    // Of two ports the first is a console's. QEMU's usual 31 would cost a boot 0.2 s.
    ['-device', 'virtio-serial-pci,max_ports=2', '-device', 'virtserialport,chardev=port,name=lab'],
    ['-chardev', `socket,id=control,server=off,fd=${descriptors.control}`, '-mon', 'chardev=control,mode=control'],
    incoming ? ['-incoming', 'defer'] : [],
    ...drives.map(({ path, readOnly }) => {
      const access = readOnly ? 'on' : 'off';
      return ['-drive', `if=virtio,format=raw,readonly=${access},file=${escaped(path)}`];
    }),
  ];
  return groups.flat();
}

function memoryBackend({ path, shared }: MemoryFile, size: string): string {
  return `memory-backend-file,id=ram,size=${size},share=${shared ? 'on' : 'off'},mem-path=${escaped(path)}`;
}

/** A comma would end an option. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,');
}
