import published from './boxes.json' with { type: 'json' };

/** A box of vagrant: a whole system that others have built. As JSON, as the Vagrantfile reads it, too. */
export interface Box {
  /** The level of the factor `kernel`, and the machine's name in the Vagrantfile. */
  name: string;
  /** Its name on the server of boxes, and its version there. */
  box: string;
  version: string;
  /** The prefix of its kernel's release. */
  kernel: string;
  /** A kernel that it is given in place of its own. */
  kernelRpm?: string;
  /** `centos-7`, `centos-8`, `debian`. */
  distribution: string;
  /** Its release: of CentOS as the vault calls it, of Debian the suite. */
  point: string;
  /** The script of `vms/provision/` that installs the distribution's docker; absent where it has none. */
  docker?: string;
  knownFor: string;
}

/** Every box, oldest kernel first. */
export const boxes: readonly Box[] = published;

/** The box that is taken unless the user names others: a distribution that is maintained, and the smallest. */
export const usualBox = 'debian-12';
