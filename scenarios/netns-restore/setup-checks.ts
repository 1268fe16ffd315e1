import { checkOf, type Check } from '../../harness/judge/check.ts';
import { allValue, codeValue, tallyValue } from '../../harness/judge/value.ts';
import type { NetnsExpectation } from './expected.ts';
import type { NetnsRestoreObservations } from './observations.ts';

/** The checks of what a setup has beside a plain host. */
export function setupChecks(
  { hostGateways, ipv6, nextIpv6 }: NetnsRestoreObservations,
  expected: NetnsExpectation,
): Check[] {
  return [
    ...(hostGateways
      ? [
          checkOf(
            'host-gateway',
            tallyValue(hostGateways.map(({ reached }) => (reached ? 'reached' : 'not-reached'))),
            allValue(hostGateways.length, 'reached'),
            hostGateways.map(({ container, address }) => `/etc/hosts of ${container}: ${address || 'no address'}`),
          ),
        ]
      : []),
    ...(ipv6
      ? [
          checkOf(
            'ipv6-addresses',
            tallyValue(ipv6.map((one) => (isKnown(one) ? 'known' : 'forgotten'))),
            expected.ipv6Recorded && allValue(ipv6.length, expected.ipv6Recorded),
            ipv6.map((one) => `${one.container} has ${one.address}, the daemon gives "${one.recordedAddress}"`),
          ),
        ]
      : []),
    ...(nextIpv6
      ? [
          checkOf(
            'next-ipv6-address',
            codeValue(nextIpv6.heldBy.length > 0 ? 'duplicate-ip' : 'free'),
            codeValue(expected.duplicateIp ? 'duplicate-ip' : 'free'),
            [
              `the next container was given ${nextIpv6.address || 'no address'}, ` +
                `held by ${nextIpv6.heldBy.join(', ') || 'no other container'}`,
            ],
          ),
        ]
      : []),
  ];
}

function isKnown({ address, recordedAddress }: { address: string; recordedAddress: string }): boolean {
  return address !== '' && address === recordedAddress;
}
