import { expect, test } from '@jest/globals';
import { aPod } from '../../../testing/builders.ts';
import type { Departure } from '../../model/backend.ts';
import type { PodView } from '../../model/pod-view.ts';
import { podDeparture } from './pod-departure.ts';

const own = aPod();
const gone = { ending: true, containersGone: true };
const ending = aPod({ ending: true });
const stranger = aPod({ name: 'stranger' });

interface Scene {
  readonly pod?: PodView;
  readonly here?: readonly PodView[];
  readonly ended?: boolean;
}

test.each<[string, Scene, Departure]>([
  ['lives here', { pod: own, here: [own] }, 'unselected'],
  ['lives here beside another one', { pod: own, here: [stranger, own] }, 'unselected'],
  ['ends here', { pod: ending, here: [ending] }, 'ending'],
  ['ends here beside another one', { pod: ending, here: [stranger, ending] }, 'ending'],
  ['has ended here', { pod: aPod(gone), here: [aPod(gone)] }, 'ended'],
  ['was seen to end', { ended: true }, 'ended'],
  ['lives at another address', { pod: aPod({ ip: '10.0.0.9' }) }, 'displaced'],
  ['is not known, and another living pod has the address', { here: [stranger] }, 'displaced'],
  ['was seen to end, and another living pod has the address', { ended: true, here: [stranger] }, 'displaced'],
  ['is not known, and only a pod that is gone has the address', { here: [aPod({ name: 'old', ...gone })] }, 'vanished'],
  ['is not known at all', {}, 'vanished'],
  ['has no address yet', { pod: aPod({ ip: undefined }) }, 'vanished'],
])('A target whose pod %s is judged so.', (_, { pod, here = [], ended = false }, expected) => {
  expect(podDeparture({ podUid: own.uid, pod, podsAtAddress: here, hasEnded: () => ended })).toBe(expected);
});

test('A target of which the pod is not known belongs to the pod that has its address.', () => {
  const facts = { podUid: undefined, pod: undefined, hasEnded: () => false };
  expect(podDeparture({ ...facts, podsAtAddress: [own] })).toBe('unselected');
  expect(podDeparture({ ...facts, podsAtAddress: [ending] })).toBe('ending');
  expect(podDeparture({ ...facts, podsAtAddress: [ending, stranger] })).toBe('unselected');
  expect(podDeparture({ ...facts, podsAtAddress: [] })).toBe('vanished');
});
