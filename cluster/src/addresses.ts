/**
 * Every address inside a cluster's private network, and the domain of its names. All clusters use the same ones, each
 * in namespaces of its own.
 */
export const addresses = {
  /** Each in a network namespace; the empty name is the cluster's first, where the control plane runs too. */
  nodes: [
    {
      ...{ name: 'node1', namespace: '', ip: '10.0.0.10', podSubnet: '10.64.0.0/20' },
      ipv6: { ip: 'fd00:10::10', podSubnet: 'fd00:64::/64' },
    },
    {
      ...{ name: 'node2', namespace: 'node2', ip: '10.0.0.11', podSubnet: '10.64.16.0/20' },
      ipv6: { ip: 'fd00:10::11', podSubnet: 'fd00:64:0:1::/64' },
    },
  ],
  vpcPrefixLength: 24,
  pods: '10.64.0.0/16',
  services: '10.96.0.0/16',
  firstService: '10.96.0.1',
  dnsService: '10.96.0.10',
  domain: 'cluster.local',
  apiServer: { host: '10.0.0.10', port: 6443 },
  etcd: 'http://127.0.0.1:2379',
  cloud: { vpc: '10.0.0.2', internet: '203.0.113.1' },
  client: '203.0.113.10',
  /** A client of many users has many addresses, or it soon uses a port again that the balancer still knows. */
  moreClients: ['203.0.113.11', '203.0.113.12', '203.0.113.13', '203.0.113.14', '203.0.113.15', '203.0.113.16'],
  internet: '203.0.113.0/24',
  vips: '198.51.100.0/24',
  /** Where the balancer's probes come from; the cloud binds part of the range that the product documents. */
  probes: { documented: '100.64.0.0/10', bound: '100.64.0.0/16' },
  /** Of a cluster with both families, beside the above. */
  ipv6: {
    pods: 'fd00:64::/56',
    services: 'fd00:96::/112',
    cloud: { vpc: 'fd00:10::2', internet: '2001:db8:113::1' },
    client: '2001:db8:113::10',
    internet: '2001:db8:113::/64',
    vips: '2001:db8:51::/64',
  },
} as const;

export type ClusterNode = (typeof addresses.nodes)[number];
