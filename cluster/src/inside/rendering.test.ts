import { expect, describe, test } from '@jest/globals';
import { addresses } from '../addresses.ts';
import type { ClusterSpec } from '../spec.ts';
import { networkPlan } from './network.ts';
import { eniPatch, isUsable } from './ready.ts';
import { renderKubeconfig } from './credentials.ts';
import { corednsObjects } from './components/coredns.ts';
import { cniNetwork, containerdConfig } from './components/containerd.ts';
import { auditPolicy, kubeApiserver } from './components/kube-apiserver.ts';
import { kubeletConfig } from './components/kubelet.ts';

const spec: ClusterSpec = {
  name: 'ci',
  nodes: 1,
  kubernetes: '1.36',
  controlPlaneOnly: false,
  audit: false,
  dualStack: false,
  stateDir: '/state/ci',
  cgroup: 'clb-direct-ci-12345678',
  binaries: { etcd: 'e', 'kube-apiserver': 'a', 'kube-controller-manager': 'c', kubectl: 'k', pause: 'p' },
  cniBinDir: '/usr/lib/cni',
  snapshotter: 'overlayfs',
};

describe('the network', () => {
  const lines = (nodes: 1 | 2, namespace: string) =>
    networkPlan(nodes)
      .filter((part) => part.namespace === namespace)
      .flatMap((part) => part.lines);

  test('routes everything that is beyond the VPC through the cloud', () => {
    for (const range of ['198.51.100.0/24', '203.0.113.0/24', '100.64.0.0/10']) {
      for (const node of ['', 'node2']) expect(lines(2, node)).toContain(`route add ${range} via 10.0.0.2 dev eth0`);
    }
  });

  test('lets the cloud bind VIPs and probe addresses, and reach the pods of both nodes', () => {
    expect(lines(2, 'cloud')).toEqual(
      expect.arrayContaining([
        'route add local 198.51.100.0/24 dev lo',
        'route add local 100.64.0.0/16 dev lo',
        'route add 10.64.0.0/20 via 10.0.0.10',
        'route add 10.64.16.0/20 via 10.0.0.11',
      ]),
    );
  });

  test('gives each node a namespace with one address, and a wire to the switch', () => {
    const addressesOf = (node: string) => lines(2, node).filter((line) => line.startsWith('addr'));
    expect(addressesOf('')).toEqual(['addr add 10.0.0.10/24 dev eth0']);
    expect(addressesOf('node2')).toEqual(['addr add 10.0.0.11/24 dev eth0']);
    expect(lines(2, 'vpc')).toEqual(
      expect.arrayContaining([
        'link add node1 type veth peer name eth0 netns 1',
        'link add node2 type veth peer name eth0 netns node2',
      ]),
    );
    expect(lines(1, 'vpc').join()).not.toContain('node2');
    expect(lines(1, 'node2')).toEqual([]);
  });

  test("routes each node to the other's pods, and to its own by no gateway", () => {
    const toPods = (node: string) => lines(2, node).filter((line) => line.startsWith('route add 10.64'));
    expect(toPods('')).toEqual(['route add 10.64.16.0/20 via 10.0.0.11']);
    expect(toPods('node2')).toEqual(['route add 10.64.0.0/20 via 10.0.0.10']);
  });

  test('knows no way from the client but through the cloud', () => {
    expect(lines(1, 'client').filter((line) => line.startsWith('route'))).toEqual([
      'route add default via 203.0.113.1',
    ]);
  });
});

describe('the network of both families', () => {
  const added = (namespace: string) =>
    networkPlan(2, true)
      .slice(networkPlan(2).length)
      .filter((part) => part.namespace === namespace)
      .flatMap((part) => part.lines);

  test('has every address twice and every way for both', () => {
    expect(networkPlan(2, true).slice(0, networkPlan(2).length)).toEqual(networkPlan(2));
    expect(added('node2')).toEqual([
      'addr add fd00:10::11/64 dev eth0 nodad',
      'route add fd00:64::/64 via fd00:10::10',
      'route add 2001:db8:51::/64 via fd00:10::2 dev eth0',
      'route add 2001:db8:113::/64 via fd00:10::2 dev eth0',
      'route add default via fd00:10::2 dev eth0',
    ]);
    expect(added('cloud')).toEqual([
      'addr add fd00:10::2/64 dev vpc nodad',
      'addr add 2001:db8:113::1/64 dev internet nodad',
      'route add fd00:64::/64 via fd00:10::10',
      'route add fd00:64:0:1::/64 via fd00:10::11',
      'route add local 2001:db8:51::/64 dev lo',
    ]);
    expect(added('client')).toEqual([
      'addr add 2001:db8:113::10/64 dev eth0 nodad',
      'route add default via 2001:db8:113::1',
    ]);
  });
});

describe('configuration', () => {
  test('of containerd works without CAP_SYS_RESOURCE and stays out of /opt', () => {
    const text = containerdConfig({
      folder: '/state/ci/node1',
      node: 'node1',
      cniBinDir: '/cni "quoted"',
      cniDir: '/state/ci/node1/cni',
      snapshotter: 'native',
    });
    expect(text).toContain('restrict_oom_score_adj = true');
    expect(text).toContain('disabled_plugins = ["io.containerd.internal.v1.opt"]');
    expect(text).toContain('snapshotter = "native"');
    expect(text).toContain(String.raw`bin_dir = "/cni \"quoted\""`);
  });

  test("of CNI keeps pods' own addresses and its files in the cluster's folder", () => {
    expect(cniNetwork('/state/ci/node2', ['10.64.16.0/20']).plugins[0]).toMatchObject({
      ipMasq: false,
      ipam: { ranges: [[{ subnet: '10.64.16.0/20' }]], dataDir: '/state/ci/node2/cni-addresses' },
    });
  });

  test('of CNI gives a pod of a cluster with both families an address of each, which it need not wait for', () => {
    const { plugins } = cniNetwork('/state/ci/node1', ['10.64.0.0/20', 'fd00:64::/64']);
    expect(plugins.map(({ type }) => type)).toEqual(['loopback', 'tuning', 'ptp']);
    expect(plugins[1]).toMatchObject({ sysctl: { 'net.ipv6.conf.default.accept_dad': '0' } });
    expect(plugins[2]).toMatchObject({
      ipam: {
        ranges: [[{ subnet: '10.64.0.0/20' }], [{ subnet: 'fd00:64::/64' }]],
        routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0' }],
      },
    });
  });

  test('of the kubelet puts pods below the cgroup of the cluster, and allows cgroup version 1', () => {
    const [node] = addresses.nodes;
    const options = { binary: 'k', spec, node, cgroup: 'x/node1' };
    const config = kubeletConfig(options, '/state/ci/node1');
    expect(config).toMatchObject({ cgroupRoot: '/x/node1', failCgroupV1: false, address: '10.0.0.10' });
    expect(config).not.toHaveProperty('localStorageCapacityIsolation');
  });

  test('of the API server has a range of IPv6 only when asked for', () => {
    const rangeOf = (dualStack: boolean) =>
      kubeApiserver({ ...spec, dualStack }).command.find((flag) => flag.startsWith('--service-cluster-ip-range'));
    expect(rangeOf(false)).toBe('--service-cluster-ip-range=10.96.0.0/16');
    expect(rangeOf(true)).toBe('--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112');
  });

  test('of the API server has an audit log only when asked for', () => {
    const auditFlags = (audit: boolean) =>
      kubeApiserver({ ...spec, audit }).command.filter((flag) => flag.startsWith('--audit'));
    expect(auditFlags(false)).toEqual([]);
    expect(auditFlags(true)).toEqual([
      '--audit-policy-file=/state/ci/audit-policy.json',
      '--audit-log-path=/state/ci/logs/audit.log',
      '--audit-log-maxsize=10000',
    ]);
  });

  test('of the audit log records our programs, pods and writes of mutating registrations, and no contents', () => {
    const resources = auditPolicy.rules.flatMap((rule) => rule.resources ?? []).flatMap((group) => group.resources);
    expect(resources).toEqual(['pods', 'pods/status', 'pods/eviction', 'mutatingwebhookconfigurations']);
    const groups = auditPolicy.rules.flatMap((rule) => rule.userGroups ?? []);
    expect(groups).toEqual(['system:serviceaccounts:clb-direct']);
    expect(new Set(auditPolicy.rules.map(({ level }) => level))).toEqual(new Set(['Metadata', 'None']));
  });

  test('of cluster DNS answers at the address that the kubelets give to pods', () => {
    const [node] = addresses.nodes;
    const { clusterDNS } = kubeletConfig({ binary: 'k', spec, node, cgroup: 'x' }, '/state/ci/node1');
    const service = corednsObjects('/cache/coredns').find(({ path }) => path.endsWith('/services/kube-dns'));
    expect(service?.object).toMatchObject({ spec: { clusterIP: clusterDNS[0] } });
  });

  test('of clients names the API server by the address that its certificate has', () => {
    const config = JSON.parse(renderKubeconfig({ name: 'me', token: 't', authority: 'CA' })) as {
      clusters: { cluster: Record<string, string> }[];
    };
    expect(config.clusters[0]?.cluster['server']).toBe('https://10.0.0.10:6443');
    expect(atob(config.clusters[0]?.cluster['certificate-authority-data'] ?? '')).toBe('CA');
  });
});

describe('a node', () => {
  const allocatable = Object.fromEntries(
    ['eni-ip', 'direct-eni', 'sub-eni'].map((name) => [`tke.cloud.tencent.com/${name}`, '1']),
  );
  const conditions = [{ type: 'Ready', status: 'True' }];

  test('is usable when it is ready, untainted and offers ENIs', () => {
    expect(isUsable({ spec: {}, status: { allocatable, conditions } })).toBe(true);
  });

  test.each([
    ['has not reported', { spec: {}, status: {} }],
    ['is tainted', { spec: { taints: [{}] }, status: { allocatable, conditions } }],
    ['offers no ENI', { spec: {}, status: { allocatable: {}, conditions } }],
    ['is not ready', { spec: {}, status: { allocatable, conditions: [{ type: 'Ready', status: 'False' }] } }],
  ])('is not usable while it %s', (_, node) => {
    expect(isUsable(node)).toBe(false);
  });

  test('is given its ENIs by a patch whose paths are escaped', () => {
    expect(eniPatch()).toContainEqual({
      op: 'add',
      path: '/status/capacity/tke.cloud.tencent.com~1eni-ip',
      value: '200',
    });
  });
});
