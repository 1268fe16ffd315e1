import type { RpmPublisherName } from './rpm-publishers.ts';

/** An image whose layers have the static binaries of a release. */
export interface ImageOrigin {
  kind: 'image';
  repository: string;
  /** Tag of the image. */
  tag: string;
  /** SHA-256 of the image's manifest; undefined where no copy of its publisher's list has it: it is pinned at the first use. */
  digest?: string;
}

/** A package of a distribution that has the binaries of a release. */
export interface PackageOrigin {
  kind: 'package';
  /** Where it was published. */
  base: string;
  /** Path below that. */
  file: string;
  /** The environment variable with another address, or directory by http, that is laid out alike. */
  setting: string;
  /** Whose key has signed it. */
  signedBy: RpmPublisherName;
}

/** Places other than docker.com's static tarball that have a release, in the order in which they are tried. */
export type OtherOrigin = ImageOrigin | PackageOrigin;

const dind = (tag: string, digest?: string): ImageOrigin => ({
  kind: 'image',
  repository: 'library/docker',
  tag,
  ...(digest !== undefined && { digest }),
});

/**
 * By the name of a static build. The tags are those of docker-library's history; the digest of the first stands in a copy of its list
 * (docker-library/repo-info), and the image is made of the same static tarball. The package is the last docker of CentOS 7's own.
 */
export const otherOrigins: Readonly<Record<string, readonly OtherOrigin[]>> = {
  '1.12.6': [dind('1.12.6-dind')],
  '1.13.1': [
    dind('1.13.1-dind', 'sha256:490c1dec6a22cfccb159095c492fcf5869fe6135bc9e2f939570fced440cfb2a'),
    {
      kind: 'package',
      base: 'https://vault.centos.org',
      file: '7.9.2009/extras/x86_64/Packages/docker-1.13.1-209.git7d71120.el7.centos.x86_64.rpm',
      setting: 'DOCKERD_LEAK_LAB_CENTOS_VAULT',
      signedBy: 'centos-7',
    },
  ],
  '17.03.2': [dind('17.03.2-ce-dind')],
  '17.06.2': [dind('17.06.2-ce-dind')],
  '17.09.0': [dind('17.09.0-ce-dind')],
  '17.12.1': [dind('17.12.1-ce-dind')],
  '18.03.1': [dind('18.03.1-ce-dind')],
  '18.06.3': [dind('18.06.3-ce-dind')],
  '18.09.9': [dind('18.09.9-dind')],
  '19.03.8': [dind('19.03.8-dind')],
};

/** The registry that images come from: Docker's own, or the user's. */
export function registryAddress(): string {
  return (process.env['DOCKERD_LEAK_LAB_REGISTRY'] || 'https://registry-1.docker.io').replace(/\/+$/, '');
}

/** The address of a package: the publisher's, or below the user's. */
export function packageAddress({ base, file, setting }: PackageOrigin): string {
  return `${(process.env[setting] || base).replace(/\/+$/, '')}/${file}`;
}
