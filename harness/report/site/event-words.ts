import type { Activity } from '../../store/activity.ts';
import type { StoredEvent } from '../../store/read-events.ts';
import { activityWords } from '../activity-words.ts';
import { isMarkOfSchema1 } from './marks-of-schema-1.ts';

/** An event as a person reads it. */
// oxlint-disable-next-line consistent-return -- the compiler checks that the switch has every event
export function eventWords(event: StoredEvent): string {
  switch (event.code) {
    case 'activity':
      return activityWords(event.doing);
    case 'note':
      return event.text;
    case 'machine':
      return 'the machine is there';
    case 'boot-failed':
      return `boot ${event.attempt} of ${event.of} failed`;
    case 'download':
      return event.text;
    case 'vagrant':
      return event.text;
    case 'box-spoilt':
      return 'the box has to boot again';
    case 'box-docker':
      return `the box has ${event.version}`;
    case 'daemon-answers':
      return event.start === undefined ? 'dockerd answers' : `dockerd answers (start ${event.start})`;
    case 'containerd-listens':
      return 'containerd, a unit of its own, listens';
    case 'daemon-stopped':
      return `dockerd stopped by ${event.signal}`;
    case 'garbage-collected':
      return 'garbage collected';
    case 'containers-read':
      return `containers read after the ${event.after === 'first-start' ? 'first' : 'last'} start`;
    case 'container-started':
      return `container ${event.container} started`;
    case 'container-start-answered':
      return `start of container ${event.container} answered with status ${event.status}`;
    case 'container-removed':
      return `removal answered with status ${event.status}`;
    case 'mounts-copied':
      return 'mounts of the other namespace read';
    case 'mounts-left':
      return 'mounts of the other namespace read again';
    case 'netns-files':
      return 'network namespaces read';
    case 'stats-answered':
      return 'stats calls ended';
    case 'site-read':
      return 'containers read';
    case 'client-started':
      return `client ${event.client} started`;
    case 'idle-reading':
      return 'idle reading';
    case 'reading':
      return 'reading';
    case 'undecided':
      return `undecided, next dose ${event.next}`;
    case 'dosed':
      return 'all doses applied';
    case 'clients-closed':
      return 'clients closed';
    case 'calls-stuck':
      return 'calls are stuck';
    case 'remedy-applied':
      return `remedy ${event.remedy} applied`;
    case 'cgroup-root':
      return `cgroup v${event.version} found`;
    case 'kmem-accounting':
      return `kernel memory accounting: ${event.state}`;
    case 'failed':
      return `failed: ${event.message.split('\n')[0] ?? ''}`;
    case 'interrupted':
      return 'interrupted';
  }
}

type Code = StoredEvent['code'];

/** Whether an event is a line in every plot: a series may change where something happens to the daemon or its clients. */
const marks: Readonly<Record<Exclude<Code, 'activity' | 'note'>, boolean>> = {
  machine: false,
  'boot-failed': false,
  download: false,
  vagrant: false,
  'box-spoilt': false,
  'box-docker': false,
  'daemon-answers': true,
  'containerd-listens': false,
  'daemon-stopped': true,
  'garbage-collected': false,
  'containers-read': false,
  'container-started': false,
  'container-start-answered': false,
  'container-removed': false,
  'mounts-copied': false,
  'mounts-left': false,
  'netns-files': false,
  'stats-answered': false,
  'site-read': false,
  'client-started': true,
  'idle-reading': false,
  reading: false,
  undecided: false,
  dosed: true,
  'clients-closed': true,
  'calls-stuck': false,
  'remedy-applied': true,
  'cgroup-root': false,
  'kmem-accounting': false,
  failed: true,
  interrupted: true,
};

/** The activities whose beginnings are marks. */
const markedActivities: ReadonlySet<string> = new Set<Activity['activity']>([
  'starting-daemon',
  'stopping-daemon',
  'releasing-collector',
  'taking-profile',
]);

/** Whether an event is a line in every plot. */
export function isMark(event: StoredEvent): boolean {
  if (event.code === 'activity') return markedActivities.has(event.doing.activity);
  return event.code === 'note' ? isMarkOfSchema1(event.text) : marks[event.code];
}
