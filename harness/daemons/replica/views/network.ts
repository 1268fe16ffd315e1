import { subnet } from '../address.ts';
import type { Endpoint, Network } from '../networks.ts';

/** A network as `GET /networks` shows it, with the endpoints that the daemon knows in it. */
export function networkView(network: Network, endpoints: readonly Endpoint[]): unknown {
  const isBridge = network.name === 'bridge';
  const members = endpoints.map((one) => [
    one.container,
    {
      Name: one.containerName,
      EndpointID: one.id,
      MacAddress: one.mac,
      IPv4Address: one.address === '' ? '' : `${one.address}/${subnet.prefix}`,
      IPv6Address: '',
    },
  ]);
  return {
    Name: network.name,
    Id: network.id,
    Created: network.created,
    Scope: 'local',
    Driver: network.driver,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: isBridge ? [{ Subnet: `${subnet.base}/${subnet.prefix}`, Gateway: subnet.gateway }] : [],
    },
    Internal: false,
    Attachable: false,
    Containers: Object.fromEntries(members),
    Options: isBridge ? bridgeOptions : {},
    Labels: {},
  };
}

const bridgeOptions = {
  'com.docker.network.bridge.default_bridge': 'true',
  'com.docker.network.bridge.enable_icc': 'true',
  'com.docker.network.bridge.enable_ip_masquerade': 'false',
  'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
  'com.docker.network.bridge.name': 'docker0',
  'com.docker.network.driver.mtu': '1500',
};
