import { expect, test } from '@jest/globals';
import { aBinding, aPod, targetRules } from '../../testing/builders.ts';
import type { PodView } from '../model/pod-view.ts';
import type { TargetRules } from '../model/pod-target.ts';
import { podsNotBound } from './pods-not-bound.ts';

const messagesOf = (rules: Partial<TargetRules>, ...pods: readonly PodView[]) =>
  podsNotBound([aBinding()], () => pods, { ...targetRules, ...rules }).map(({ message }) => message);
const dual = aPod({ name: 'web-1', moreIps: ['2001:db8::1'] });
const ipv4 = aPod({ name: 'web-2', ip: '10.0.0.2' });
const onHost = aPod({ name: 'web-3', ip: '10.0.0.3', network: 'host' });

test('Pods that a CLB cannot send to are counted and named beside those that it can.', () => {
  expect(messagesOf({ family: 'IPv6' }, dual, ipv4)).toEqual([
    '1 of 2 pods that port 80 selects are not targets (web-2): ' +
      'they have no IPv6 address, and this CLB sends to IPv6 only.',
  ]);
  expect(messagesOf({}, dual, ipv4, onHost)).toEqual([
    '1 of 3 pods that port 80 selects are not targets (web-3): ' +
      'they are in the host network, and the setting HOST_NETWORK_TARGETS is not true.',
  ]);
});

test('Pods that all fit, none of which fits, that are gone, or that lack a named port are not reported here.', () => {
  expect(messagesOf({}, dual, ipv4)).toEqual([]);
  expect(messagesOf({ family: 'IPv6' }, ipv4)).toEqual([]);
  expect(messagesOf({}, dual, { ...onHost, finished: true })).toEqual([]);
  const named = aBinding({ backends: { ...aBinding().backends, targetPort: 'http' } });
  const pods = [aPod({ namedPorts: { 'TCP/http': 8080 } }), aPod({ name: 'web-2' })];
  expect(podsNotBound([named], () => pods, targetRules)).toEqual([]);
});
