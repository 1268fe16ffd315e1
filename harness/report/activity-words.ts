import { sparkline } from './sparkline.ts';
import type { Activity, WorkUnit } from '../store/activity.ts';

const units: Readonly<Record<WorkUnit, string>> = {
  calls: 'call',
  cgroups: 'cgroup',
  containers: 'container',
  execs: 'exec',
};

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** An activity as a person reads it in the live view, and in the list of events of a page. */
// oxlint-disable-next-line consistent-return -- the compiler checks that the switch has every activity
export function activityWords(doing: Activity): string {
  switch (doing.activity) {
    case 'waiting-for-place':
      return 'waiting for cells of another run on this host';
    case 'making-machine':
      return 'making the machine';
    case 'ending-machine':
      return 'ending the machine';
    case 'kept':
      return 'kept until Ctrl-C';
    case 'starting-daemon':
      return doing.start === undefined ? 'starting dockerd' : `starting dockerd (start ${doing.start})`;
    case 'starting-containerd':
      return 'starting containerd as a unit of its own';
    case 'stopping-daemon':
      return doing.restart === undefined ? 'stopping dockerd' : `stopping dockerd (restart ${doing.restart})`;
    case 'waiting-for-containers':
      return 'waiting for the containers';
    case 'importing-image':
      return 'importing the image';
    case 'starting-containers':
      return `importing the image, starting ${counted(doing.count, 'container')}`;
    case 'starting-container':
      return `starting the container ${doing.container}`;
    case 'reading-containers':
      return 'reading the containers';
    case 'reading-container':
      return `reading the container ${doing.container}`;
    case 'stopping-container':
      return `stopping the container ${doing.container}`;
    case 'removing-container':
      return `removing the container ${doing.container}`;
    case 'reading-container-cgroup':
      return 'reading the cgroup of a container';
    case 'reading-netns-files':
      return 'reading the network namespaces';
    case 'reading-bridge':
      return 'reading the bridge network';
    case 'asking-for-stats':
      return `asking ${counted(doing.containers, 'container')} for stats, for up to ${counted(doing.ticks, 'tick')}`;
    case 'starting-client':
      return `starting the client ${doing.client}`;
    case 'warming-up':
      return `warming up: ${counted(doing.count, units[doing.unit])}`;
    case 'reading-idle':
      return `reading the idle ${doing.subject}`;
    case 'applying-dose':
      return doing.done === undefined
        ? counted(doing.dose, units[doing.unit])
        : `${doing.done} of ${counted(doing.dose, units[doing.unit])}`;
    case 'reading':
      return `reading at ${counted(doing.dose, units[doing.unit])}`;
    case 'soaking':
      return [
        `${doing.seconds} of ${doing.of} s`,
        counted(doing.calls, 'call'),
        ...(doing.fds.length > 0 ? [`${sparkline(doing.fds)} ${doing.fds.at(-1)} fds`] : []),
      ].join(' · ');
    case 'reading-after-clients':
      return 'reading after the clients';
    case 'taking-profile':
      return 'taking a profile';
    case 'waiting-for-collector':
      return 'waiting for ticks of the collector';
    case 'waiting-for-containerd':
      return 'waiting for dockerd to replace its containerd';
    case 'waiting-for-forgotten-execs':
      return 'waiting for dockerd to forget ended execs';
    case 'releasing-collector':
      return 'releasing the collector';
    case 'dropping-caches':
      return 'dropping caches';
    case 'removing-holders':
      return 'removing the holders';
    case 'reading-kernel-image':
      return 'reading the kernel image';
    case 'measuring-parameter':
      return 'measuring the effect of the parameter';
    case 'collecting-evidence':
      return `collecting evidence (${doing.number})`;
    case 'abandoning-attaches':
      return `attaching ${counted(doing.count, 'time')} and going away`;
    case 'comparing':
      return doing.request;
  }
}
