import { often, type KnownDifference } from './known-difference.ts';

/** Differences of daemons after 1.13. */
export const ofLaterVersions: readonly KnownDifference[] = [
  {
    only: 'later',
    what: /^header (?:Api-Version|Server|Ostype|Cache-Control|Pragma|Builder-Version|Docker-Experimental|X-Content-Type-Options|Swarm)$/,
    why: 'later versions have another version, and more headers',
  },
  {
    only: 'later',
    what: /^header Content-Type$/,
    real: /^application\/(?:x-ndjson|json|vnd\.docker\.\S+)$/,
    replica: 'missing',
    why: 'later versions declare what they stream',
  },
  {
    only: 'later',
    what: /^(?:status|header Content-Type|body)$/,
    request: / GET \/v1\.(?:1\d|2[0-3])\//,
    why: 'the oldest API of later versions is 1.24, and its errors are JSON',
  },
  { only: 'later', what: /^body .*\.(?:\w*Version)$/, why: 'later versions have another version' },
  { only: 'later', what: /^body .+$/, replica: 'missing', why: 'later versions tell more' },
  {
    only: 'later',
    what: /^body .*\.(?:Cluster\w+|Swarm\.\w+|InitCommit\.\w+|KernelMemory|RepoDigests|VirtualSize|Container)$/,
    why: 'later versions have dropped what was not used',
  },
  {
    only: 'later',
    what: /^body .*\.(?:HostConfig\.[\w.]+|NetworkSettings\.Ports|IPAM\.Config|Warnings)$/,
    why: 'later versions have other defaults, and empty lists where there was null, or the other way round',
  },
  {
    only: 'later',
    what: /^status$/,
    real: /^40\d$/,
    replica: /^500$/,
    why: 'errors were given statuses of their own from 17.10 on',
  },
  { only: 'later', what: /^body \.message$/, why: 'some errors were worded anew' },
  {
    only: 'later',
    what: /^log$/,
    real: new RegExp(`${often}(?:debug|info|warning) |^missing$`),
    replica: new RegExp(`${often}(?:debug|info) |^missing$`),
    why: 'later versions, and the containerd that they start, log other things below the level of errors',
  },
  {
    only: 'later',
    what: /^log$/,
    request: /: dockerd starts$/,
    real: /^error Failed to get event$/,
    replica: 'missing',
    why: 'the daemon and its containerd end at the same time, and which of them sees it is chance',
  },
  {
    only: 'later',
    what: /^log$/,
    real: new RegExp(`${often}error Handler for |^missing$`),
    replica: new RegExp(`${often}error Handler for |^missing$`),
    why: "later versions log errors of the daemon's own alone, some in other words",
  },
];
