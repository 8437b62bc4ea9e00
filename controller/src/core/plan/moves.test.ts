import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, aPod, aPort, aTarget, claimOf } from '../../testing/builders.ts';
import { limits, podFacts, someFacts } from '../../testing/builders.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { PodView } from '../model/pod-view.ts';
import { describeStep } from '../model/step.ts';
import type { Release } from './facts.ts';
import { memoryAfterPlan } from './memory-after.ts';
import { emptyMemory, type Memory } from './memory.ts';
import { planChanges } from './plan.ts';

const moved = (overrides = {}) => anOwner({ existingLoadBalancer: 'lb-two', ...overrides });
const nowMs = 1_000_000;
const keepMs = limits.moveKeepMs;

interface Scene {
  readonly owner?: OwnerView;
  readonly release?: Release;
  /** How long the new CLB carries already; undefined: that was not noted yet. */
  readonly carriedForMs?: number;
  readonly pods?: readonly PodView[];
  readonly claims?: readonly OwnerView[];
  readonly weight?: number;
}

function plan({ owner = moved(), release = 'drain', pods = [aPod()], claims = [], weight = 10, ...scene }: Scene) {
  const { carriedForMs } = scene;
  const carriedSinceMs = new Map(carriedForMs === undefined ? [] : [[owner.uid, nowMs - carriedForMs]]);
  const memory: Memory = { ...emptyMemory, carriedSinceMs };
  const observed = anObserved({ listeners: [aListener()], targets: [aTarget({ weight })] });
  const made = planChanges(
    someFacts({
      nowMs,
      claims: claims.map(claimOf),
      owners: [owner, ...claims],
      releases: new Map([[owner.uid, release]]),
      observed,
      memory,
      ...podFacts(pods),
    }),
  );
  const after = memoryAfterPlan({ memory, observed }, made, { before: undefined, isSeen: true, nowMs });
  return { steps: made.steps.map(describeStep), after, ...{ dueInMs: made.dueInMs, waits: made.waitsForHealth } };
}

const drained = ['set-weight 10.0.0.1:8080 weight 0 at TCP/80 (owner-moved)'];

describe('the listener of a Service that moved to another CLB', () => {
  test.each<[string, Scene]>([
    ['while the new CLB does not carry', { release: 'hold' }],
    ['when it has just begun to', {}],
    ['until the time is over', { carriedForMs: keepMs - 1 }],
  ])('gets pods that come and drains pods that end, %s', (_, scene) => {
    const next = aPod({ name: 'web-2', ip: '10.0.0.2' });
    expect(plan(scene).steps).toEqual([]);
    expect(plan({ ...scene, pods: [aPod(), next] }).steps).toEqual([
      'register 10.0.0.2:8080 weight 10 at TCP/80 (backend-ready)',
    ]);
    expect(plan({ ...scene, pods: [] }).steps).toEqual([]);
  });

  test('is drained when the time is over, and not before', () => {
    expect(plan({ carriedForMs: keepMs }).steps).toEqual(drained);
    expect(plan({ carriedForMs: keepMs - 1 }).dueInMs).toBe(1);
    expect(plan({ release: 'hold' })).toMatchObject({ waits: true, dueInMs: undefined });
  });

  test('is kept for as long as the annotation of the Service says', () => {
    expect(plan({ owner: moved({ moveKeepSeconds: '0' }) }).steps).toEqual(drained);
    const longer = moved({ moveKeepSeconds: '3600' });
    expect(plan({ owner: longer, carriedForMs: keepMs })).toMatchObject({ steps: [], dueInMs: 3_600_000 - keepMs });
  });

  test('counts from when the new CLB carries, and anew when it has failed meanwhile', () => {
    const since = ({ after }: ReturnType<typeof plan>) => after.carriedSinceMs.get('uid-web');
    expect(since(plan({}))).toBe(nowMs);
    expect(since(plan({ carriedForMs: 5_000 }))).toBe(nowMs - 5_000);
    expect(since(plan({ carriedForMs: keepMs }))).toBe(nowMs - keepMs);
    expect(since(plan({ release: 'hold', carriedForMs: 5_000 }))).toBeUndefined();
  });

  test('gets its weight back when the new CLB fails while the old one drains', () => {
    expect(plan({ release: 'hold', weight: 0 }).steps).toEqual([
      'set-weight 10.0.0.1:8080 weight 10 at TCP/80 (backend-ready)',
    ]);
  });

  test('is not made again where it was deleted, nor for a port that is new', () => {
    const owner = moved({ ports: [aPort({ port: 81 })] });
    expect(plan({ owner, release: 'hold' }).steps).toEqual([]);
  });

  test('whose port changed as well stays as long, and then drains', () => {
    const owner = moved({ ports: [aPort({ port: 81 })] });
    expect(plan({ owner }).steps).toEqual([]);
    expect(plan({ owner, carriedForMs: keepMs }).steps).toEqual(drained);
  });

  test('passes on at once to a Service of its namespace that wants the place', () => {
    const claims = [anOwner({ name: 'next', selector: { app: 'next' } })];
    expect(plan({ claims }).steps).toEqual(['modify-listener at TCP/80 (owner-changed)']);
  });

  test('does not pass on to one of another namespace', () => {
    const claims = [anOwner({ namespace: 'other', name: 'next' })];
    expect(plan({ claims }).steps).toEqual([]);
  });
});
