import { expect, test } from '@jest/globals';
import { aBinding, aPod, aService } from '../testing/builders.ts';
import { misfitOf } from './misfits.ts';
import type { PodView } from './views.ts';

const named = aBinding({ targetPort: 'http' });
const fitting = aPod({ name: 'web-1', namedPorts: { 'TCP/http': 8080 } });
const portless = aPod({ name: 'web-2' });
const onHost = aPod({ name: 'web-3', hostNetwork: true, namedPorts: { 'TCP/http': 8080 } });

const misfit = (...pods: readonly PodView[]) =>
  misfitOf({ service: aService(), bindings: [named] }, () => pods)?.message;

test('A Service whose pods are all in the host network, or all lack the named port, is told so.', () => {
  expect(misfit(onHost)).toBe('Port 80 selects 1 pods and none of them can be a target: they are in the host network.');
  expect(misfit(portless, onHost)).toContain('they have no TCP container port named "http"');
});

test('One pod that fits is enough, and no pod at all is nothing to talk about.', () => {
  expect(misfit(fitting, onHost, portless)).toBeUndefined();
  expect(misfit()).toBeUndefined();
  expect(misfit({ ...portless, finished: true })).toBeUndefined();
});
