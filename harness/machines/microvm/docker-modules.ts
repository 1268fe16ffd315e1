/**
 * Kernel modules that dockers want, from 1.12 to 28, with iptables on nf_tables or on its own tables. A machine loads those
 * that its kernel has as modules; others are built in, not yet there or no more. Guests have no modprobe: what a daemon finds
 * missing stays missing.
 */
export const dockerModules: readonly string[] = [
  // The disk with the userland: ext4 asks for the sum by its name, and no module depends on it.
  'crc32c_generic',
  'ext4',
  // The layers of images, the networks of containers.
  'overlay',
  'bridge',
  'br_netfilter',
  'veth',
  // nft: what Debian's iptables speaks since buster. nft_counter is part of nf_tables since 5.17.
  'nf_tables',
  'nft_compat',
  'nft_counter',
  'nft_chain_nat',
  'nf_conntrack_netlink',
  // Up to 4.18 connections are tracked by a module for each protocol, which the kernel asks a modprobe for; no module depends on them.
  'nf_conntrack_ipv4',
  'nf_conntrack_ipv6',
  // Matches and targets in rules of dockerd.
  'xt_addrtype',
  'xt_comment',
  'xt_conntrack',
  'xt_mark',
  'xt_multiport',
  'xt_tcpudp',
  'xt_nat',
  'xt_MASQUERADE',
  'ipt_MASQUERADE',
  // Sets of bridges: docker 28.
  'ip_set',
  'ip_set_hash_net',
  'xt_set',
  // Who holds the other end of a unix socket: `ss`, for the table of callers.
  'unix_diag',
  // Where nft is not available.
  'ip_tables',
  'iptable_filter',
  'iptable_nat',
  'iptable_raw',
  'ip6_tables',
  'ip6table_filter',
  'ip6table_nat',
  'ip6table_raw',
];
