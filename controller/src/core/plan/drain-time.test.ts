import { describe, expect, test } from '@jest/globals';
import {
  aListener,
  anObserved,
  anOwner,
  aPod,
  aTarget,
  claimOf,
  limits,
  podFacts,
  someFacts,
} from '../../testing/builders.ts';
import { describeStep } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import { drainsOf } from './drain-time.ts';
import type { Facts } from './facts.ts';
import { emptyMemory } from './memory.ts';
import { planChanges } from './plan.ts';

const patient = anOwner({ targetDrainSeconds: '300' });
const usual = anOwner();
const nowMs = 1_000_000;
const leaving = aTarget({ weight: 0 });
const staying = aTarget({ ip: '10.0.0.2', tag: 'uid-web-2' });
const zeroFor = (ms: number) => ({ ...emptyMemory, zeroSinceMs: new Map([[targetKey(leaving), nowMs - ms]]) });

function outcome(facts: Partial<Facts>) {
  const { steps, dueInMs } = planChanges(someFacts({ nowMs, ...facts }));
  return { steps: steps.map(describeStep), dueInMs };
}

describe('a target whose pod the Service does not select any more', () => {
  const scene = (owner: typeof usual, ms: number) => ({
    claims: [claimOf(owner)],
    drainMs: drainsOf([owner]),
    memory: zeroFor(ms),
    observed: anObserved({ listeners: [aListener()], targets: [leaving, staying] }),
    ...podFacts([aPod({ labels: {} }), aPod({ name: 'web-2', ip: '10.0.0.2' })]),
  });
  const off = ['deregister 10.0.0.1:8080 at TCP/80 (backend-unselected)'];

  test('stays as long as its Service says, beyond the setting', () => {
    expect(outcome(scene(patient, 299_000))).toEqual({ steps: [], dueInMs: 1_000 });
    expect(outcome(scene(patient, 300_000)).steps).toEqual(off);
  });

  test('leaves at once where its Service says 0', () => {
    expect(outcome(scene(anOwner({ targetDrainSeconds: '0' }), 0)).steps).toEqual(off);
  });

  test('stays as long as the setting says where its Service says nothing that can be read', () => {
    for (const owner of [usual, anOwner({ targetDrainSeconds: 'long' })]) {
      expect(outcome(scene(owner, 29_000))).toEqual({ steps: [], dueInMs: 1_000 });
      expect(outcome(scene(owner, 30_000)).steps).toEqual(off);
    }
  });

  test('waits only for others that leave when its containers are gone, whatever its Service says', () => {
    const gone = podFacts([aPod({ ending: true, containersGone: true })]);
    expect(outcome({ ...scene(patient, 0), ...gone })).toEqual({ steps: [], dueInMs: limits.gatherMs });
    const gatheredSinceMs = new Map([[targetKey(leaving), nowMs - limits.gatherMs]]);
    const memory = { ...zeroFor(0), gatheredSinceMs };
    expect(outcome({ ...scene(patient, 0), ...gone, memory }).steps).toEqual([
      'deregister 10.0.0.1:8080 at TCP/80 (backend-ended)',
    ]);
  });
});

describe('a listener that its Service does not want any more', () => {
  const scene = (owner: typeof usual, ms: number): Partial<Facts> => ({
    releases: new Map([[owner.uid, 'drain']]),
    drainMs: drainsOf([owner]),
    memory: zeroFor(ms),
    observed: anObserved({ listeners: [aListener()], targets: [leaving] }),
  });

  test.each([
    ['the Service says', patient, 300_000],
    ['the setting says', usual, limits.drainMs],
  ])('is drained as long as %s', (_, owner, drainMs) => {
    expect(outcome(scene(owner, drainMs - 1_000))).toEqual({ steps: [], dueInMs: 1_000 });
    expect(outcome(scene(owner, drainMs)).steps).toEqual(['delete-listener at TCP/80 (owner-moved)']);
  });

  test('is drained as long as its most patient owner says', () => {
    const other = { ...anOwner({ name: 'other', targetDrainSeconds: '60' }), uid: 'uid-other' };
    expect(drainsOf([patient, other, usual])).toEqual(
      new Map([
        ['uid-web', 300_000],
        ['uid-other', 60_000],
      ]),
    );
  });
});
