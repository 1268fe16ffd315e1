import { isBefore } from '../../harness/core/version.ts';

/** A host's docker beyond its unit: what daemon.json has, and how its containers are connected. */
export interface Setup {
  /** `features` of daemon.json. */
  features?: Readonly<Record<string, boolean>>;
  /** A user-defined bridge network that the containers are on. */
  network?: { name: string; ipv6?: { subnet: string } };
  extraHosts?: readonly string[];
  /** The first docker that it can be tried on, and what keeps earlier ones from it. */
  from?: { version: string; reason: string };
  /** What it changes about a restart, and what that rests on. */
  effect?: { reason: string; reference: string };
}

/** Name of the user-defined network of a cell. */
const ownNetwork = 'lab';

/** The builds on which the setups were tried. */
const measured = 'measured on 20.10.24, 26.1.5 and 28.5.2';

/** The levels of the factor `setup`. */
export const setups = {
  plain: {},
  'image-store': {
    features: { 'containerd-snapshotter': true },
    // It is in 24 and 25 as an experiment.
    from: { version: '26.0', reason: 'before docker 26 the containerd image store is an experiment, or not there' },
    effect: {
      reason: 'network namespaces are mounts of dockerd: the image store makes no difference',
      reference: 'measured on 26.1.5 and 28.5.2',
    },
  },
  'own-network': {
    network: { name: ownNetwork },
    effect: {
      reason: 'endpoints of a user-defined bridge are kept or lost as those of the default one are',
      reference: measured,
    },
  },
  'host-gateway': {
    extraHosts: ['host.docker.internal:host-gateway'],
    from: { version: '20.10', reason: 'before docker 20.10 --add-host knows no host-gateway' },
    effect: { reason: 'the line in /etc/hosts is written when the container starts, and stays', reference: measured },
  },
  // Of the unique local addresses, RFC 4193.
  ipv6: {
    network: { name: ownNetwork, ipv6: { subnet: 'fd6c:6162::/64' } },
    effect: {
      reason: 'an IPv6 address is kept, or released and given away, as an IPv4 one is',
      reference: measured,
    },
  },
} as const satisfies Readonly<Record<string, Setup>>;

export type SetupName = keyof typeof setups;

/** The setup of a level. */
export function setupOf(name: SetupName): Setup {
  return setups[name];
}

/** Why a docker cannot have a setup; undefined when it can. */
export function withoutSetup(name: SetupName, version: string): string | undefined {
  const { from } = setupOf(name);
  return from && isBefore(version, from.version) ? from.reason : undefined;
}
