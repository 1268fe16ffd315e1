/** A publisher of RPMs, and the OpenPGP key that its packages are signed with. */
export interface RpmPublisher {
  /** For people. */
  name: string;
  /** Fingerprint of the key, 40 hexadecimal digits, upper case. */
  fingerprint: string;
  /** File of the key in `rpm-keys/`; absent where the lab has none: {@link extraKeysSetting} can name one. */
  file?: string;
}

/** The environment variable that names a file of further keys, armoured or not, e.g. of a mirror whose packages are its own. */
export const extraKeysSetting = 'DOCKERD_LEAK_LAB_RPM_KEYS';

/**
 * By the name that an origin gives. The fingerprints are those that each publisher lists on its page of keys and that yum prints when it
 * imports them; a test compares the files with them. The key of ELRepo is not here: no copy was available that could be compared.
 */
export const rpmPublishers = {
  'centos-7': {
    name: 'CentOS 7',
    fingerprint: '6341AB2753D78A78A7C27BB124C6A8A7F4A80EB5',
    file: 'centos-7.asc',
  },
  'centos-8': {
    name: 'CentOS 8',
    fingerprint: '99DB70FAE1D7CE227FB6488205B555B38483C65D',
    file: 'centos-8.asc',
  },
  elrepo: { name: 'ELRepo', fingerprint: '96C0104F631547311E0BB1AE309BC305BAADAE52' },
} as const satisfies Record<string, RpmPublisher>;

/** Name of a publisher. */
export type RpmPublisherName = keyof typeof rpmPublishers;
