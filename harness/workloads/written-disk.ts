import type { Machine } from '../machine/contract.ts';
import type { MemoryCgroups } from '../probes/kernel/memory-cgroups.ts';
import { readOutput } from '../probes/probe.ts';
import { writtenDisk } from './cgroup-workloads.ts';

/**
 * Makes the file system and its files, and mounts it anew: then no inode has an owner, and the root cgroup is charged for the blocks that describe them. A loop
 * device's image is written whole before, or its pages would be charged to those who write to the device.
 */
const making = `
set -e
device=$0 at=$1 files=$2 image=$3 blocks=$4
case $device in /dev/loop*)
  busybox dd if=/dev/zero of=$image bs=4096 count=$blocks 2>/dev/null
  busybox losetup $device $image
esac
busybox mke2fs -b 4096 $device >/dev/null
busybox mkdir -p $at
busybox mount -t ext4 $device $at
i=0
while [ $i -lt $files ]; do echo >$at/$i; i=$((i + 1)); done
busybox umount $at
busybox mount -t ext4 -o noatime $device $at
busybox ls -l $at >/dev/null`;

/** A loop device keeps what it has of a cgroup for one to two minutes, detached or not, unless its driver goes. One that is built in stays. */
const removing = `
set -e
busybox umount $1
case $0 in /dev/loop*) busybox losetup -d $0; busybox rm -f $2; busybox rmmod loop || : ;; esac`;

/**
 * The cgroups of a process that writes: on v2 `io` is switched on beside `memory`, on v1 it has a hierarchy of its own.
 *
 * @returns the root of that hierarchy
 */
const joining = `
if busybox grep -qsw io "$0/cgroup.controllers"; then echo +io >"$0/cgroup.subtree_control"
elif [ -e /sys/fs/cgroup/blkio/cgroup.procs ]; then echo /sys/fs/cgroup/blkio
fi`;

/** Makes the disk of a workload whose cgroups write. Resolves with the root of the other hierarchy that they need a cgroup in, if any. */
export async function openWrittenDisk(
  machine: Machine,
  { root }: Pick<MemoryCgroups, 'root'>,
  workload: 'file-written' | 'loop-written',
): Promise<string | undefined> {
  const { files, bytes, mountPoint, image } = writtenDisk;
  const { device } = writtenDisk[workload];
  const words = [device, mountPoint, `${files}`, image, `${bytes / 4096}`];
  await readOutput({ machine }, 'the disk', ['busybox', 'sh', '-c', making, ...words]);
  const other = await readOutput({ machine }, 'the hierarchy of io', ['busybox', 'sh', '-c', joining, root]);
  return other.trim() || undefined;
}

/** Removes the disk, and with it all that its device holds. */
export async function removeWrittenDisk(machine: Machine, workload: 'file-written' | 'loop-written'): Promise<void> {
  const { mountPoint, image } = writtenDisk;
  const words = [writtenDisk[workload].device, mountPoint, image];
  await readOutput({ machine }, 'the disk', ['busybox', 'sh', '-c', removing, ...words]);
}
