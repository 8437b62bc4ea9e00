import { describe, expect, test } from '@jest/globals';
import { aBinding, targetRules } from '../../../testing/builders.ts';
import type { LocalPolicy, NodeBackend, NodeBackends } from '../../model/node.ts';
import { resolveBackends, type ResolverRules } from './resolve-backends.ts';

/** A node that stays, with so many ready pods. */
function aNode(ip: string, pods = 1, overrides: Partial<NodeBackend> = {}): NodeBackend {
  return { ips: [ip], stage: 'stays', endpoints: { IPv4: pods, IPv6: pods }, ...overrides };
}
const leaving = (ip: string, pods = 1) => aNode(ip, pods, { stage: 'leaving' });
const notReady = (ip: string, pods = 1) => aNode(ip, pods, { stage: 'not-ready' });
const local = (overrides: Partial<LocalPolicy> = {}) => {
  return { isOnlyWithPods: false, isWeightedByPods: false, ...overrides };
};

type Scene = Partial<NodeBackends> & { readonly rules?: Partial<ResolverRules> };

function resolve({ rules = {}, ...parts }: Scene) {
  const backends: NodeBackends = { mode: 'nodes', protocol: 'TCP', nodePort: 30_080, nodes: [], ...parts };
  const all = { ...targetRules, weight: 10, endpointNamespaces: [], ...rules };
  return resolveBackends({ ...aBinding(), backends }, { podsOf: () => [], podsAt: () => [] }, all);
}

/** Each "10.1.0.1:30080 ready 10". */
const backendsIn = (scene: Scene) =>
  resolve(scene).backends.map(({ ip, port, state, weight }) => `${ip}:${port} ${state} ${weight}`);

describe('nodes', () => {
  test.each<[string, Scene, string[]]>([
    [
      'are targets at the node port, also without a pod',
      { nodes: [aNode('10.1.0.1'), aNode('10.1.0.2', 0)] },
      ['10.1.0.1:30080 ready 10', '10.1.0.2:30080 ready 10'],
    ],
    [
      'that leave are known to do so while others stay',
      { nodes: [aNode('10.1.0.1'), leaving('10.1.0.2')] },
      ['10.1.0.1:30080 ready 10', '10.1.0.2:30080 leaving 0'],
    ],
    [
      'that are not ready are none while others are',
      { nodes: [aNode('10.1.0.1'), notReady('10.1.0.2')] },
      ['10.1.0.1:30080 ready 10'],
    ],
    [
      'that all leave or are not ready are lowered, and none of them goes',
      { nodes: [leaving('10.1.0.1'), notReady('10.1.0.2')] },
      ['10.1.0.1:30080 unready 0', '10.1.0.2:30080 unready 0'],
    ],
    [
      'have the address of the family that the CLB sends to',
      { nodes: [aNode('', 1, { ips: ['10.1.0.1', 'fd00::1'] })], rules: { family: 'IPv6' } },
      ['fd00::1:30080 ready 10'],
    ],
    ['of the other family are none', { nodes: [aNode('fd00::1')] }, []],
    ['are none while the CLB was not seen', { nodes: [aNode('10.1.0.1')], rules: { family: undefined } }, []],
    [
      'with one address are one, and the one that stays counts',
      { nodes: [aNode('10.1.0.1'), leaving('10.1.0.1')] },
      ['10.1.0.1:30080 ready 10'],
    ],
  ])('%s', (_, scene, expected) => {
    expect(backendsIn(scene)).toEqual(expected);
  });

  test('that are not known are unknown, not none', () => {
    expect(resolve({ nodes: undefined })).toEqual({ backends: [], isEmpty: false, isUnknown: true });
  });

  test('carry the UID of the owner, so that a machine that is registered again is the same target', () => {
    expect(resolve({ nodes: [aNode('10.1.0.1')] }).backends).toMatchObject([{ id: 'uid-web', ownerUid: 'uid-web' }]);
  });
});

describe('with externalTrafficPolicy Local nodes', () => {
  const two = [aNode('10.1.0.1', 2), aNode('10.1.0.2', 0)];

  test.each<[string, Scene, string[]]>([
    [
      'without a ready pod keep weight 0',
      { nodes: two, local: local() },
      ['10.1.0.1:30080 ready 10', '10.1.0.2:30080 unready 0'],
    ],
    [
      'without a ready pod are idle where only those with pods are asked for',
      { nodes: two, local: local({ isOnlyWithPods: true }) },
      ['10.1.0.1:30080 ready 10', '10.1.0.2:30080 idle 0'],
    ],
    [
      'without a ready pod are idle where they leave',
      { nodes: [aNode('10.1.0.1'), leaving('10.1.0.2', 0)], local: local() },
      ['10.1.0.1:30080 ready 10', '10.1.0.2:30080 idle 0'],
    ],
    [
      'with one address have the pods of both where both stay, whoever comes first',
      { nodes: [aNode('10.1.0.1'), aNode('10.1.0.1', 0), aNode('10.1.0.2', 0), aNode('10.1.0.2')], local: local() },
      ['10.1.0.1:30080 ready 10', '10.1.0.2:30080 ready 10'],
    ],
    [
      'that leave add no pods to one that stays at their address',
      {
        nodes: [leaving('10.1.0.1', 3), aNode('10.1.0.1', 1), aNode('10.1.0.2')],
        local: local({ isWeightedByPods: true }),
      },
      ['10.1.0.1:30080 ready 1', '10.1.0.2:30080 ready 1'],
    ],
    [
      'that are not ready are none, with a ready pod and without',
      {
        nodes: [aNode('10.1.0.1'), notReady('10.1.0.2', 0), notReady('10.1.0.3')],
        local: local({ isOnlyWithPods: true }),
      },
      ['10.1.0.1:30080 ready 10'],
    ],
    [
      'stay at weight 0 where no node has a ready pod, because a pod that ends may serve still',
      { nodes: [aNode('10.1.0.1', 0)], local: local({ isOnlyWithPods: true }) },
      ['10.1.0.1:30080 unready 0'],
    ],
    [
      'that leave go although they have pods',
      { nodes: [aNode('10.1.0.1'), leaving('10.1.0.2', 3)], local: local() },
      ['10.1.0.1:30080 ready 10', '10.1.0.2:30080 leaving 0'],
    ],
    [
      'weigh as much as they have pods where that is asked for',
      { nodes: [aNode('10.1.0.1', 3), aNode('10.1.0.2', 1)], local: local({ isWeightedByPods: true }) },
      ['10.1.0.1:30080 ready 3', '10.1.0.2:30080 ready 1'],
    ],
    [
      'weigh in proportion where one has more pods than there are weights',
      {
        nodes: [aNode('10.1.0.1', 200), aNode('10.1.0.2', 50), aNode('10.1.0.3', 1)],
        local: local({ isWeightedByPods: true }),
      },
      ['10.1.0.1:30080 ready 100', '10.1.0.2:30080 ready 25', '10.1.0.3:30080 ready 1'],
    ],
    [
      'have the pods of the family that the CLB sends to',
      { nodes: [aNode('10.1.0.1', 0, { endpoints: { IPv4: 0, IPv6: 5 } })], local: local() },
      ['10.1.0.1:30080 unready 0'],
    ],
  ])('%s', (_, scene, expected) => {
    expect(backendsIn(scene)).toEqual(expected);
  });
});

test.each<[string, number, Scene]>([
  ['no node is left', 1, { nodes: [] }],
  ['no node has an address of the family', 1, { nodes: [aNode('fd00::1')] }],
  ['nodes leave', 0, { nodes: [leaving('10.1.0.1')] }],
  ['nodes have no pod', 0, { nodes: [aNode('10.1.0.1', 0)], local: local() }],
])('Where %s, its owner is told %d times that no node fits.', (_, count, scene) => {
  const { findings = [] } = resolve(scene);
  expect(findings.filter(({ reason }) => reason === 'NoNodeFits')).toHaveLength(count);
});
