import { expect, test } from '@jest/globals';
import { aBinding, aPod, targetRules } from '../../testing/builders.ts';
import type { PodView } from '../model/pod-view.ts';
import { noPodFits } from './no-pod-fits.ts';

const named = aBinding({ backends: { ...aBinding().backends, targetPort: 'http' } });
const fitting = aPod({ name: 'web-1', namedPorts: { 'TCP/http': 8080 } });
const portless = aPod({ name: 'web-2' });
const onHost = aPod({ name: 'web-3', network: 'host', namedPorts: { 'TCP/http': 8080 } });

const misfit = (...pods: readonly PodView[]) => noPodFits([named], () => pods, targetRules)?.message;

test('A Service whose pods are all in the host network, or all lack the named port, is reported.', () => {
  expect(misfit(onHost)).toBe(
    'Port 80 selects pods, and none of them can be a target: ' +
      'they are in the host network, and the setting HOST_NETWORK_TARGETS is not true.',
  );
  expect(misfit(portless, onHost)).toContain('they have no TCP container port named "http"');
});

test('One pod that fits is enough, and no pod at all is not reported.', () => {
  expect(misfit(fitting, onHost, portless)).toBeUndefined();
  expect(misfit()).toBeUndefined();
  expect(misfit({ ...portless, finished: true })).toBeUndefined();
});

test('Pods without an address of the family of the CLB are reported, and those without any yet are not.', () => {
  const rules = { ...targetRules, family: 'IPv6' } as const;
  const message = noPodFits([aBinding()], () => [aPod()], rules)?.message;
  expect(message).toContain('none of them can be a target: they have no IPv6 address, and this CLB sends to IPv6 only');
  expect(noPodFits([aBinding()], () => [aPod({ ip: undefined })], rules)).toBeUndefined();
  expect(noPodFits([aBinding()], () => [aPod(), aPod({ moreIps: ['2001:db8::1'] })], rules)).toBeUndefined();
});
