import { isBefore } from '../core/version.ts';

/** The subject of a part of a draft; `drafts.ts` knows how each is written. */
export type Part =
  | 'description'
  | 'steps'
  | 'observed'
  | 'expected'
  | 'docker version'
  | 'docker info'
  | 'kernel'
  | 'evidence'
  | 'tried'
  | 'commits'
  | 'caveats';

/** A tracker of a project that can fix the bug, and the form of its reports. */
export interface Tracker {
  name: string;
  /** Whom a draft is for. */
  of: string;
  /** Headings of its form, in its order, and what belongs under each. */
  form: readonly { heading: string; parts: readonly Part[] }[];
  /** Whether its maintainers support a version; absent where they support every one. */
  supports?: (version: string) => boolean;
  /** Which versions that are, and who says so. */
  supported?: string;
  /** Whether it folds `<details>`; a mailing list shows the raw text. */
  folds: boolean;
  /** Of which subject the version is. */
  subject: 'daemon' | 'kernel';
}

/** Trackers that a draft can be written for. */
export const trackers: readonly Tracker[] = [
  {
    name: 'moby',
    folds: true,
    of: 'moby/moby',
    subject: 'daemon',
    supports: (version) => !isBefore(version, '25.0'),
    supported: '25.0 and later (its project/BRANCHES-AND-TAGS.md)',
    form: [
      { heading: 'Description', parts: ['description', 'tried'] },
      { heading: 'Reproduce', parts: ['steps', 'observed'] },
      { heading: 'Expected behavior', parts: ['expected'] },
      { heading: 'docker version', parts: ['docker version'] },
      { heading: 'docker info', parts: ['docker info'] },
      { heading: 'Additional Info', parts: ['evidence', 'kernel', 'commits', 'caveats'] },
    ],
  },
  {
    name: 'runc',
    folds: true,
    of: 'opencontainers/runc',
    subject: 'daemon',
    form: [
      { heading: 'Description', parts: ['description', 'tried'] },
      { heading: 'Steps to reproduce the issue', parts: ['steps'] },
      { heading: 'Describe the results you received and expected', parts: ['observed', 'expected', 'evidence'] },
      { heading: 'What version of runc are you using?', parts: ['docker version'] },
      { heading: 'Host OS information', parts: ['docker info'] },
      { heading: 'Host kernel information', parts: ['kernel', 'commits', 'caveats'] },
    ],
  },
  {
    name: 'containerd',
    folds: true,
    of: 'containerd/containerd',
    subject: 'daemon',
    form: [
      { heading: 'Description', parts: ['description', 'tried'] },
      { heading: 'Steps to reproduce the issue', parts: ['steps'] },
      { heading: 'Describe the results you received and expected', parts: ['observed', 'expected', 'evidence'] },
      { heading: 'What version of containerd are you using?', parts: ['docker version'] },
      { heading: 'Any other relevant information', parts: ['docker info', 'kernel', 'commits', 'caveats'] },
    ],
  },
  {
    name: 'linux',
    folds: false,
    of: 'the cgroups and mm mailing lists of Linux',
    subject: 'kernel',
    form: [
      { heading: 'Problem', parts: ['description', 'observed', 'expected'] },
      { heading: 'Kernels', parts: ['tried', 'kernel'] },
      { heading: 'How to reproduce', parts: ['steps'] },
      { heading: 'Measurements', parts: ['evidence'] },
      { heading: 'What is known', parts: ['commits', 'caveats'] },
    ],
  },
  {
    name: 'centos',
    folds: false,
    of: 'the tracker of CentOS and Red Hat',
    subject: 'kernel',
    form: [
      { heading: 'Description of problem', parts: ['description'] },
      { heading: 'Version-Release number of selected component', parts: ['kernel', 'docker version', 'tried'] },
      { heading: 'Steps to Reproduce', parts: ['steps'] },
      { heading: 'Actual results', parts: ['observed', 'evidence'] },
      { heading: 'Expected results', parts: ['expected'] },
      { heading: 'Additional info', parts: ['docker info', 'commits', 'caveats'] },
    ],
  },
];
