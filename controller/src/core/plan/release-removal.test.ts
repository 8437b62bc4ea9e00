import { expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, aTarget, clusterId, someFacts } from '../../testing/builders.ts';
import { boundTargets, type ObservedLoadBalancer } from '../model/observed.ts';
import { targetKey } from '../model/target.ts';
import { listenerName } from './listener-name.ts';
import { releasedBy, releaseOf } from './release-removal.ts';

const web = anOwner();
const api = anOwner({ namespace: 'other', name: 'api' });
const observed = anObserved({
  listeners: [aListener(), aListener({ id: 'lbl-2', name: listenerName(clusterId, api.uid), port: 81 })],
  targets: [aTarget(), aTarget({ ip: '10.0.0.2' }), aTarget({ listenerId: 'lbl-2' })],
});
const all = boundTargets(observed);
const ofWeb = all.filter(({ listenerId }) => listenerId === 'lbl-1');

function released(word: string, { withheld = all, seen = observed } = {}): readonly string[] {
  const owners = [{ ...web, releaseRemoval: word }, api];
  return [...releasedBy(withheld, someFacts({ owners, observed: seen }))];
}

test('An owner lets go what is withheld at its own places, and nothing of others.', () => {
  expect(released(releaseOf(ofWeb))).toEqual(ofWeb.map(targetKey));
});

test.each([
  ['another word', 'true'],
  ['none', ''],
  ['the word for fewer targets', releaseOf(ofWeb.slice(1))],
  ['the word for those of others', releaseOf(all)],
])('With %s nothing is let go.', (_case, word) => {
  expect(released(word)).toEqual([]);
});

test('The word is the same in whatever order the CLB lists the targets.', () => {
  expect(releaseOf(ofWeb.toReversed())).toBe(releaseOf(ofWeb));
});

test('Where nothing is withheld, and where no owner is known, nothing is let go.', () => {
  expect(released(releaseOf([]), { withheld: [] })).toEqual([]);
  expect([...releasedBy(all, someFacts({ owners: [], observed }))]).toEqual([]);
});

test('At a place that owners share each of them must let go.', () => {
  const ownerUids = [web.uid, api.uid];
  const shared: ObservedLoadBalancer = {
    ...observed,
    listeners: observed.listeners.map((listener) => (listener.id === 'lbl-1' ? { ...listener, ownerUids } : listener)),
  };
  expect(released(releaseOf(ofWeb), { seen: shared })).toEqual([]);
});
