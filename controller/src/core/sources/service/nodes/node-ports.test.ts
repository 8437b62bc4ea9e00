import { describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNode, aPort, aService } from '../../../../testing/builders.ts';
import type { NodeFacts } from '../../../model/node.ts';
import type { RelatedKind, RelatedObjects, SliceEndpoint, SliceFacts } from '../../../model/related-objects.ts';
import { readService } from '../read-service.ts';
import type { ServiceFacts } from '../service-facts.ts';

interface Scene {
  readonly nodes?: readonly NodeFacts[];
  readonly slices?: readonly SliceFacts[];
  readonly unread?: Partial<Record<RelatedKind, 'pending' | 'unreadable'>>;
}

const local = { externalTrafficPolicy: 'Local' };

function read(overrides: Partial<ServiceFacts> = {}, { nodes = [aNode()], slices = [], unread = {} }: Scene = {}) {
  const facts: Partial<Record<RelatedKind, unknown>> = { Nodes: { nodes }, AllEndpointSlices: { slices } };
  const related = ({ kind }: { readonly kind: RelatedKind }) =>
    unread[kind] === undefined ? { state: 'found', facts: facts[kind] } : { state: unread[kind] };
  const service = aService({ directAccess: 'false', ports: [aPort({ nodePort: 30_080 })], ...overrides });
  return readService(service, { related } as unknown as RelatedObjects);
}

function backendsIn(...parts: Parameters<typeof read>) {
  const [binding] = read(...parts).bindings;
  if (binding?.backends.mode !== 'nodes') throw new Error('the targets are no nodes');
  return binding.backends;
}

const ipsIn = (...parts: Parameters<typeof read>) =>
  backendsIn(...parts)
    .nodes?.flatMap(({ ips }) => ips)
    .join();
const noticesIn = (overrides: Partial<ServiceFacts>) =>
  read(overrides).notices.map(({ reason, message }) => `${reason}: ${message}`);

describe('a Service', () => {
  test.each([
    ['false', 'nodes'],
    ['true', 'pods'],
    [undefined, 'pods'],
    ['no', 'pods'],
  ])('whose direct-access is %j has %s for targets', (directAccess, mode) => {
    expect(read({ directAccess }).bindings.map(({ backends }) => backends.mode)).toEqual([mode]);
  });

  test.each([
    [{ managed: 'true' }, 'ours'],
    [{ managed: undefined, loadBalancerClass: 'clb-direct.io/clb' }, 'ours'],
    [{ managed: undefined }, 'not-ours'],
  ])('with direct-access "false" and %j is %s', (overrides, mark) => {
    expect(read(overrides).mark).toBe(mark);
  });

  test('depends on the nodes, and with the policy Local on its EndpointSlices', () => {
    const nodes = { kind: 'Nodes', namespace: '', name: '' };
    expect(read().references).toEqual([nodes]);
    expect(read(local).references).toEqual([nodes, { kind: 'AllEndpointSlices', namespace: 'shop', name: 'web' }]);
    expect(read({ selector: {} })).toMatchObject({ references: [nodes], findings: [] });
  });

  test('has each port at its own node port, and the protocol of the port', () => {
    const ports = [aPort({ nodePort: 30_080 }), aPort({ protocol: 'UDP', port: 53, nodePort: 30_053 })];
    expect(read({ ports }).bindings.map(({ backends }) => backends)).toMatchObject([
      { nodePort: 30_080, protocol: 'TCP' },
      { nodePort: 30_053, protocol: 'UDP' },
    ]);
  });
});

describe('a node', () => {
  const excluded = 'node.kubernetes.io/exclude-from-external-load-balancers';

  test.each<[string, Partial<NodeFacts>, string]>([
    ['that is ready stays', {}, 'stays'],
    ['that is cordoned is leaving', { cordoned: true }, 'leaving'],
    ['that is not ready is so', { ready: false }, 'not-ready'],
    ['that is about to go is leaving, ready or not', { ending: true, ready: false }, 'leaving'],
    ['that is excluded is none, whatever the value of the label', { labels: { [excluded]: 'false' } }, 'none'],
    ['that is a super node is none', { labels: { 'node.kubernetes.io/instance-type': 'eklet' } }, 'none'],
    ['of another type stays', { labels: { 'node.kubernetes.io/instance-type': 'S5.LARGE8' } }, 'stays'],
  ])('%s', (_, overrides, expected) => {
    const [node] = backendsIn({}, { nodes: [aNode(overrides)] }).nodes ?? [];
    expect(node?.stage ?? 'none').toBe(expected);
  });

  test('is in the same place whatever the order in which nodes are listed', () => {
    const nodes = [aNode({ ips: ['10.1.0.2'] }), aNode()];
    expect(ipsIn({}, { nodes })).toBe('10.1.0.1,10.1.0.2');
    expect(ipsIn({}, { nodes: nodes.toReversed() })).toBe('10.1.0.1,10.1.0.2');
  });
});

describe(`the annotation ${annotation.nodeSelector}`, () => {
  const nodes = [aNode({ labels: { pool: 'a' } }), aNode({ name: 'node-2', ips: ['10.1.0.2'], labels: { pool: 'b' } })];

  test.each<[string, string | undefined, string | undefined]>([
    ['absent takes all', undefined, '10.1.0.1,10.1.0.2'],
    ['empty takes all', '', '10.1.0.1,10.1.0.2'],
    ['takes those that it selects', 'pool in (b, c)', '10.1.0.2'],
    ['may take none', 'pool=c', ''],
    ['that is none changes nothing', 'pool is b', undefined],
  ])('%s', (_, text, expected) => {
    const annotations: Record<string, string> = text === undefined ? {} : { [annotation.nodeSelector]: text };
    expect(ipsIn({ annotations }, { nodes })).toBe(expected);
  });

  test('that is none is told, with what its author wrote', () => {
    const { findings } = read({ annotations: { [annotation.nodeSelector]: 'pool is b' } });
    expect(findings.map(({ reason }) => reason)).toEqual(['AnnotationMalformed']);
    expect(findings[0]?.message).toContain('"pool is b"; write a label selector');
  });
});

describe.each([
  [annotation.onlyNodesWithPods, 'isOnlyWithPods'],
  [annotation.weightByPods, 'isWeightedByPods'],
] as const)('the annotation %s', (name, field) => {
  test.each([
    ['true', true],
    ['false', false],
    ['yes', false],
    [undefined, false],
  ])('with value %j counts as %s with the policy Local', (value, expected) => {
    const annotations: Record<string, string> = value === undefined ? {} : { [name]: value };
    expect(backendsIn({ ...local, annotations }).local?.[field]).toBe(expected);
    expect(backendsIn({ annotations }).local).toBeUndefined();
  });

  test('is told where it is wrong, and where it has no effect', () => {
    const annotations = (value: string) => ({ annotations: { [name]: value } });
    expect(noticesIn({ ...local, ...annotations('true') })).toEqual([]);
    expect(noticesIn(annotations('false'))).toEqual([]);
    expect(noticesIn({ ...local, ...annotations('yes') })).toEqual([
      expect.stringMatching(/^AnnotationMalformed: .*"yes"; write "true" or "false"/),
    ]);
    expect(noticesIn(annotations('true'))).toEqual([expect.stringMatching(/^AnnotationWithoutEffect: .*to Local\.$/)]);
  });
});

test.each([
  [annotation.nodeSelector, 'pool=a', 1],
  [annotation.weightByPods, 'true', 1],
  [annotation.weightByPods, 'false', 0],
  [annotation.onlyNodesWithPods, 'true', 0],
])('Where targets are pods, %s "%s" is told %d times.', (name, value, count) => {
  expect(noticesIn({ directAccess: undefined, annotations: { [name]: value } })).toHaveLength(count);
});

test.each([
  [annotation.targetWeights, '{"defaultWeight":7}'],
  [annotation.graceDeletion, 'true'],
])('Where targets are nodes, %s has no effect, and its author is told.', (name, value) => {
  expect(noticesIn({ annotations: { [name]: value } })).toEqual([
    expect.stringMatching(/^AnnotationWithoutEffect: .* has no effect: targets are nodes/),
  ]);
});

describe('with the policy Local the endpoints of a node', () => {
  const on = (nodeName: string | undefined, ip: string, overrides: Partial<SliceEndpoint> = {}): SliceEndpoint => {
    return { addresses: [ip], ready: true, terminating: false, nodeName, ...overrides };
  };
  const aSlice = (endpoints: readonly SliceEndpoint[], overrides: Partial<SliceFacts> = {}): SliceFacts => {
    const ports = [{ name: '', protocol: 'TCP', port: 8080 }];
    return { service: 'shop/web', hasIps: true, ports, endpoints, ...overrides };
  };

  test.each<[string, readonly SliceFacts[], number]>([
    ['are those on it', [aSlice([on('node-1', '10.0.0.1'), on('node-2', '10.0.0.2')])], 1],
    [
      'are of all slices, each once',
      [aSlice([on('node-1', '10.0.0.1')]), aSlice([on('node-1', '10.0.0.1'), on('node-1', '10.0.0.2')])],
      2,
    ],
    ['count as ready where nobody says otherwise', [aSlice([on('node-1', '10.0.0.1', { ready: undefined })])], 1],
    ['are none that is not ready', [aSlice([on('node-1', '10.0.0.1', { ready: false })])], 0],
    ['are none that ends', [aSlice([on('node-1', '10.0.0.1', { terminating: true })])], 0],
    ['are none whose node nobody names', [aSlice([on(undefined, '10.0.0.1')])], 0],
    [
      'are none of another port',
      [aSlice([on('node-1', '10.0.0.1')], { ports: [{ name: 'b', protocol: 'TCP', port: 1 }] })],
      0,
    ],
    ['are none in a slice of names', [aSlice([on('node-1', 'a.example.com')], { hasIps: false })], 0],
    ['are none of the other family', [aSlice([on('node-1', 'fd00::1')])], 0],
  ])('%s', (_, slices, expected) => {
    expect(backendsIn(local, { slices }).nodes?.[0]?.endpoints.IPv4).toBe(expected);
  });
});

describe('nothing is known of the nodes', () => {
  test.each<[string, Partial<ServiceFacts>, Scene, string | undefined]>([
    ['while they are being read', {}, { unread: { Nodes: 'pending' } }, undefined],
    ['while EndpointSlices are being read', local, { unread: { AllEndpointSlices: 'pending' } }, undefined],
    ['where nobody may read them', {}, { unread: { Nodes: 'unreadable' } }, 'NodesUnreadable'],
    [
      'where nobody may read EndpointSlices',
      local,
      { unread: { AllEndpointSlices: 'unreadable' } },
      'EndpointsUnreadable',
    ],
    ['for a port without a node port', { ports: [aPort()] }, {}, 'NodePortMissing'],
    [
      'for a listener that the node port does not take',
      { annotations: { [annotation.specifyProtocol]: '{"80":{"protocol":["UDP"]}}' } },
      {},
      'ProtocolUnsupported',
    ],
  ])('%s', (_, overrides, scene, reason) => {
    const { bindings, findings } = read(overrides, scene);
    expect(bindings).toMatchObject([{ backends: { mode: 'nodes', nodes: undefined } }]);
    expect(bindings[0]?.incomplete).toBeDefined();
    expect(findings.map((finding) => finding.reason)).toEqual(reason === undefined ? [] : [reason]);
  });

  test('without EndpointSlices where the policy is Cluster', () => {
    expect(ipsIn({}, { unread: { AllEndpointSlices: 'unreadable' } })).toBe('10.1.0.1');
  });
});
