import { describe, expect, test } from '@jest/globals';
import { aBinding, aPod, targetRules } from '../../../testing/builders.ts';
import type { EndpointBackends } from '../../model/binding.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import { addressesOf, type PodView } from '../../model/pod-view.ts';
import { resolveBackends, type ResolverRules } from './resolve-backends.ts';

const anEndpoint = (overrides: Partial<Endpoint> = {}): Endpoint => {
  return { ip: '10.0.0.1', port: 8080, ready: true, terminating: false, ...overrides };
};
const foreign = aPod({ namespace: 'other', name: 'api-1' });

interface Scene {
  readonly endpoints?: EndpointBackends['endpoints'];
  readonly pods?: readonly PodView[];
  /** Namespaces that the setting allows. */
  readonly allowed?: readonly string[];
  readonly backends?: Partial<EndpointBackends>;
  readonly rules?: Partial<ResolverRules>;
}

function resolve({ pods = [], allowed = [], backends = {}, rules = {}, ...scene }: Scene) {
  const endpoints = 'endpoints' in scene ? scene.endpoints : [anEndpoint()];
  const binding = { ...aBinding(), backends: { mode: 'endpoints', protocol: 'TCP', endpoints, ...backends } as const };
  const podsAt = (ip: string) => pods.filter((pod) => addressesOf(pod).includes(ip));
  const all = { ...targetRules, weight: 10, endpointNamespaces: allowed, ...rules };
  return resolveBackends(binding, { podsOf: () => [], podsAt }, all);
}

/** Each "10.0.0.1:8080 ready 10 uid-web-1". */
function backendsIn(scene: Scene): string[] {
  return resolve(scene).backends.map(({ id, ip, port, state, weight }) => `${ip}:${port} ${state} ${weight} ${id}`);
}

const findingsIn = (scene: Scene) => (resolve(scene).findings ?? []).map(({ message }) => message);

describe('an address that is', () => {
  test.each<[string, Scene, string[]]>([
    ['a pod of the namespace is bound as that pod', { pods: [aPod()] }, ['10.0.0.1:8080 ready 10 uid-web-1']],
    [
      'the second one of a dual-stack pod too',
      { pods: [aPod({ ip: 'fd00::1', moreIps: ['10.0.0.1'] })] },
      ['10.0.0.1:8080 ready 10 uid-web-1'],
    ],
    ['no pod is not bound', {}, []],
    ['a pod of another namespace is not bound', { pods: [foreign] }, []],
    ['of a pod that is gone is not bound', { pods: [aPod({ finished: true })] }, []],
    ["a node's is not bound, although a pod of the namespace is there", { pods: [aPod({ network: 'host' })] }, []],
    [
      "another namespace's pod now, while ours ends, is not bound",
      { pods: [aPod({ ending: true }), { ...foreign, createdAtMs: 9 }] },
      [],
    ],
    [
      "a living pod's is its own, whatever another namespace's says of itself",
      { pods: [aPod(), { ...foreign, createdAtMs: 9 }] },
      ['10.0.0.1:8080 ready 10 uid-web-1'],
    ],
    [
      "an unready pod's is too",
      { pods: [aPod({ containersReady: false }), { ...foreign, createdAtMs: 9 }] },
      ['10.0.0.1:8080 unready 0 uid-web-1'],
    ],
    ['no pod is bound for its owner where that is allowed', { allowed: ['shop'] }, ['10.0.0.1:8080 ready 10 uid-web']],
    ['no pod is not bound where others are allowed', { allowed: ['other'] }, []],
    [
      "another namespace's pod is bound for its owner where that is allowed",
      { pods: [foreign], allowed: ['shop'] },
      ['10.0.0.1:8080 ready 10 uid-web'],
    ],
    ['of the other family is not bound', { endpoints: [anEndpoint({ ip: 'fd00::1' })], allowed: ['shop'] }, []],
    ['not to be judged because the CLB was not seen is not bound', { rules: { family: undefined } }, []],
  ])('%s', (_, scene, expected) => {
    expect(backendsIn(scene)).toEqual(expected);
  });
});

test('An address of a pod that no CLB reaches is not bound, and its owner is told.', () => {
  const pods = [aPod({ network: 'bridge-annotation' })];
  expect(backendsIn({ pods, allowed: ['shop'] })).toEqual([]);
  expect(findingsIn({ pods })).toEqual([expect.stringContaining('their pods are on no ENI')]);
  const reach = { ...targetRules.reach, globalRoute: true };
  expect(backendsIn({ pods, rules: { reach } })).toEqual(['10.0.0.1:8080 ready 10 uid-web-1']);
});

describe('the state of an endpoint', () => {
  test.each<[string, Partial<Endpoint>, Partial<PodView>, string]>([
    ['is ready where both say so', {}, {}, 'ready 10'],
    ['is unready where the endpoint says so', { ready: false }, {}, 'unready 0'],
    ['is unready where the pod is', {}, { containersReady: false }, 'unready 0'],
    ['is ending where the endpoint terminates', { terminating: true }, {}, 'ending 0'],
    ['is ending where it terminates and is not ready', { terminating: true, ready: false }, {}, 'ending 0'],
    ['is ending where the pod ends', {}, { ending: true }, 'ending 0'],
    ["has the weight that the pod's annotation asks for", {}, { customWeight: '40' }, 'ready 40'],
  ])('%s', (_, endpoint, pod, expected) => {
    expect(backendsIn({ endpoints: [anEndpoint(endpoint)], pods: [aPod(pod)] })).toEqual([
      `10.0.0.1:8080 ${expected} uid-web-1`,
    ]);
  });

  test('is ready before that with publishNotReadyAddresses, until it ends', () => {
    const backends = { publishNotReady: true };
    const at = (endpoint: Partial<Endpoint>) =>
      backendsIn({ endpoints: [anEndpoint(endpoint)], pods: [aPod({ containersReady: false })], backends });
    expect(at({ ready: false })).toEqual(['10.0.0.1:8080 ready 10 uid-web-1']);
    expect(at({ terminating: true })).toEqual(['10.0.0.1:8080 ending 0 uid-web-1']);
  });

  test('without a pod has the weight that the Service asks for', () => {
    const backends = { weights: { default: 3, byPod: {} } };
    expect(backendsIn({ allowed: ['shop'], backends })).toEqual(['10.0.0.1:8080 ready 3 uid-web']);
  });

  test('of an address that is listed twice is that of the listing with the most life', () => {
    const endpoints = [anEndpoint({ terminating: true }), anEndpoint({ ready: false }), anEndpoint()];
    expect(backendsIn({ endpoints, pods: [aPod()] })).toEqual(['10.0.0.1:8080 ready 10 uid-web-1']);
  });
});

describe('endpoints', () => {
  test('that are not known are unknown, not none', () => {
    expect(resolve({ endpoints: undefined })).toEqual({ backends: [], isEmpty: false, isUnknown: true });
  });

  test('that are none are empty', () => {
    expect(resolve({ endpoints: [] })).toEqual({ backends: [], isEmpty: true, findings: [] });
  });
});

describe('an owner is told', () => {
  test('the same of an address of no pod and of one of another namespace', () => {
    const [message] = findingsIn({});
    expect(message).toContain('not targets (10.0.0.1): no pod of namespace shop has them');
    expect(message).toContain('ENDPOINT_ADDRESS_NAMESPACES');
    expect(findingsIn({ pods: [foreign] })).toEqual([message]);
  });

  test('of addresses of the other family, where it lists no others', () => {
    const other = anEndpoint({ ip: 'fd00::1' });
    expect(findingsIn({ endpoints: [other] })).toEqual([expect.stringContaining('this CLB sends to IPv4 only')]);
    expect(findingsIn({ endpoints: [other, anEndpoint()], pods: [aPod()] })).toEqual([]);
  });

  test('nothing while the CLB was not seen', () => {
    expect(findingsIn({ rules: { family: undefined } })).toEqual([]);
  });
});
