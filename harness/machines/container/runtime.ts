import { readFile } from 'node:fs/promises';

/** Where the userlands of Debian have runc. */
const runc = '/usr/sbin/runc';

/** Capabilities by their bit in the masks of `/proc/PID/status` (linux/capability.h): those that an engine may have to do without. */
const capabilities = { CAP_SYS_ADMIN: 21n, CAP_SYS_RESOURCE: 24n } as const;
type Capability = keyof typeof capabilities;

/** Those that no process here can have, so that asking for them is an error. */
export async function missingCapabilities(status = '/proc/self/status'): Promise<Capability[]> {
  const mask = /^CapBnd:\s*([0-9a-f]+)$/m.exec(await readFile(status, 'utf8'))?.[1] ?? '0';
  const names: Capability[] = ['CAP_SYS_ADMIN', 'CAP_SYS_RESOURCE'];
  return names.filter((name) => ((BigInt(`0x${mask}`) >> capabilities[name]) & 1n) === 0n);
}

/**
 * An OCI runtime, a shell script: runc, but without these capabilities, which are taken out of the bundle's `config.json`
 * (`create`, `run`) or the description of a process (`exec`) before runc reads it. A privileged container asks for all that
 * its engine knows, and runc gives up where one of them is not available.
 */
export function runtimeWithout(dropped: readonly string[]): string {
  const edits = dropped.flatMap((name) => [`s/"${name}",//g`, `s/,"${name}"//g`]).join('; ');
  return `#!/bin/busybox sh
before=
for word in "$@"; do
  file=
  case $before in
  --bundle | -b) file=$word/config.json ;;
  --process | -p) file=$word ;;
  esac
  case $word in
  --bundle=*) file=\${word#*=}/config.json ;;
  --process=*) file=\${word#*=} ;;
  esac
  [ -z "$file" ] || busybox sed -i '${edits}' "$file"
  before=$word
done
exec ${runc} "$@"
`;
}
