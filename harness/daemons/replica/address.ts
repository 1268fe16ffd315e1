/** The network of docker0. */
export const subnet = { base: '172.17.0.0', prefix: 16, gateway: '172.17.0.1' } as const;

/**
 * The lowest free address of the subnet, as 1.13.1's allocator gives it. It gives an address again
 * when it does not know that a container holds it.
 *
 * @throws {Error} in libnetwork's words when there is none.
 */
export function lowestFree(held: ReadonlySet<string>): string {
  const base = toNumber(subnet.base);
  const broadcast = base + 2 ** (32 - subnet.prefix) - 1;
  for (let address = base + 1; address < broadcast; address++) {
    const text = toText(address);
    if (text !== subnet.gateway && !held.has(text)) return text;
  }
  throw new Error("no available IPv4 addresses on this network's address pools: bridge");
}

/** The hardware address that 1.13.1 makes of an address: who is given the same one is given this too. */
export function macOf(address: string): string {
  const parts = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return ['02', '42', ...parts].join(':');
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
