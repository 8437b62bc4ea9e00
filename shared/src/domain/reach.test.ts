import { describe, expect, test } from '@jest/globals';
import {
  judgeReach,
  podNetwork,
  readGlobalRoute,
  type NetworkFacts,
  type PodNetwork,
  type ReachRules,
} from './reach.ts';

const networks = 'tke.cloud.tencent.com/networks';
const plain: NetworkFacts = { hostNetwork: false, annotations: {}, resourceNames: ['cpu', 'memory'] };
const named = (value: string) => ({ annotations: { [networks]: value } });

describe('the network of a pod', () => {
  test.each<[string, Partial<NetworkFacts>, PodNetwork]>([
    ['a pod on tke-route-eni', named('tke-route-eni'), 'eni-annotation'],
    ['a pod on tke-direct-eni', named('tke-direct-eni'), 'eni-annotation'],
    ['two networks', named('tke-bridge,tke-route-eni'), 'eni-annotation'],
    ['a pod on tke-bridge', named('tke-bridge'), 'bridge-annotation'],
    ['another network', named('macvlan'), 'other-annotation'],
    ['an empty annotation', named(''), 'other-annotation'],
    ['a shared ENI resource', { resourceNames: ['tke.cloud.tencent.com/eni-ip'] }, 'eni-resource'],
    ['an exclusive ENI resource', { resourceNames: ['tke.cloud.tencent.com/direct-eni'] }, 'eni-resource'],
    ['a sub-ENI resource', { resourceNames: ['cpu', 'tke.cloud.tencent.com/sub-eni'] }, 'eni-resource'],
    ['hostNetwork with every mark', { hostNetwork: true, ...named('tke-route-eni') }, 'host'],
    [
      'the annotation against the resource',
      { ...named('tke-bridge'), resourceNames: ['tke.cloud.tencent.com/eni-ip'] },
      'bridge-annotation',
    ],
    ['no mark', {}, 'unmarked'],
  ])('%s', (_, pod, network) => {
    expect(podNetwork({ ...plain, ...pod })).toBe(network);
  });
});

const onEni: ReachRules = { eniDefault: 'eni', globalRoute: false, hostNetworkTargets: false };
const bridged: ReachRules = { ...onEni, eniDefault: 'not-eni' };
const routed: ReachRules = { ...bridged, globalRoute: true };
const host: ReachRules = { ...onEni, hostNetworkTargets: true };
const all = [onEni, bridged, routed, host];

describe('whether a CLB reaches a pod directly', () => {
  test.each<[PodNetwork, readonly ReachRules[], string]>([
    ['eni-annotation', all, 'eni'],
    ['eni-resource', all, 'eni'],
    ['unmarked', [onEni, host], 'eni'],
    ['unmarked', [{ ...onEni, globalRoute: true }], 'eni'],
    ['unmarked', [bridged], 'not-eni'],
    ['unmarked', [routed], 'global-route'],
    ['bridge-annotation', [onEni, bridged, host], 'not-eni'],
    ['bridge-annotation', [routed, { ...onEni, globalRoute: true }], 'global-route'],
    ['other-annotation', all, 'not-eni'],
    ['host', [onEni, bridged, routed], 'host-network'],
    ['host', [host], 'node'],
  ])('%s in %j: %s', (network, rules, expected) => {
    for (const one of rules) {
      const reach = judgeReach(network, one);
      expect(typeof reach === 'string' ? reach : reach.misfit).toBe(expected);
    }
  });
});

test.each([
  [undefined, false],
  ['', false],
  ['false', false],
  ['yes', false],
  ['true', true],
  [' true\n', true],
])('GlobalRouteDirectAccess: %j is %s', (text, expected) => {
  expect(readGlobalRoute(text)).toBe(expected);
});
