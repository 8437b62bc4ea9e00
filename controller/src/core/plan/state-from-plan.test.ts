import { describe, expect, test } from '@jest/globals';
import {
  aBinding,
  aListener,
  anObserved,
  anOwner,
  aPod,
  aTarget,
  claimOf,
  clbId,
  podFacts,
  someFacts,
} from '../../testing/builders.ts';
import { awaitsHealth, isFreeOf, progressOf, unseen } from '../model/balancer-state.ts';
import { bindingKey } from '../model/binding.ts';
import type { TargetAnswer } from '../model/clb-port.ts';
import { boundTargets, targetAt } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { PodView } from '../model/pod-view.ts';
import { targetKey, type Health } from '../model/target.ts';
import { adoptBackends, backendIdOf, emptyMemory, refreshMemory } from './memory.ts';
import { planChanges } from './plan.ts';
import { stateFromPlan } from './state-from-plan.ts';
import { trustedHealth } from './trusted-health.ts';

const key = 'lbl-1/10.0.0.1:8080';
const bound = (overrides: Partial<TargetAnswer> = {}) => ({ ...aTarget(overrides), health: undefined });
const healthOf = (health: Health) => ({
  loadBalancerId: clbId,
  listenerId: 'lbl-1',
  ip: '10.0.0.1',
  port: 8080,
  health,
  weight: 10,
});

describe('health after an address changed hands', () => {
  const doubt = new Map([[key, 15_000]]);

  test.each<[string, Health | undefined, number, Health | undefined, boolean]>([
    ['Alive is doubted', 'Alive', 1_000, 'Unknown', true],
    ['Alive counts when the doubt has run out', 'Alive', 15_000, 'Alive', false],
    ['any other word ends the doubt', 'Unknown', 1_000, 'Unknown', false],
    ['Dead ends the doubt', 'Dead', 1_000, 'Dead', false],
    ['silence ends nothing', undefined, 1_000, undefined, true],
  ])('%s', (_, ...[said, nowMs, expected, stays]) => {
    const { health, distrustUntilMs } = trustedHealth(said === undefined ? [] : [healthOf(said)], doubt, nowMs);
    expect(health.get(key)).toBe(expected);
    expect(distrustUntilMs.has(key)).toBe(stays);
  });
});

describe('the memory', () => {
  test('notes since when a target is at weight 0 and forgets what is gone', () => {
    const zero = bound({ weight: 0 });
    const first = refreshMemory({ ...emptyMemory, registeredFor: new Map([['gone', 'x']]) }, [zero], 1_000);
    expect(first.registeredFor.size).toBe(0);
    expect(refreshMemory(first, [zero], 2_000).zeroSinceMs).toEqual(new Map([[key, 1_000]]));
    expect(refreshMemory(first, [bound()], 2_000).zeroSinceMs.size).toBe(0);
  });

  test('the tag names the backend, the memory where there is no tag, and nothing after a restart', () => {
    const memory = { ...emptyMemory, registeredFor: new Map([[key, 'remembered']]) };
    expect(backendIdOf(bound({ tag: 'tagged' }), memory)).toBe('tagged');
    expect(backendIdOf(bound({ tag: '' }), memory)).toBe('remembered');
    expect(backendIdOf(bound({ tag: undefined }), emptyMemory)).toBeUndefined();
  });

  test('a target that is not known is taken to be that of the pod that wants it', () => {
    const unknown = bound({ tag: undefined });
    const wanted = [{ key: targetKey(unknown), backendId: 'uid-web-1' }];
    expect(backendIdOf(unknown, adoptBackends(emptyMemory, wanted, [unknown]))).toBe('uid-web-1');
    expect(adoptBackends(emptyMemory, wanted, [bound({ tag: 'other' })])).toBe(emptyMemory);
  });
});

interface Scene {
  readonly pods?: readonly PodView[];
  readonly targets?: readonly TargetAnswer[];
  readonly health?: Health;
  readonly listeners?: readonly ReturnType<typeof aListener>[];
  readonly owner?: OwnerView;
}

function stateOf({ pods = [aPod()], targets = [], health = 'Alive', ...scene }: Scene) {
  const { listeners = [aListener()], owner = anOwner() } = scene;
  const observed = anObserved({ listeners, targets, health });
  const plan = planChanges(someFacts({ observed, claims: [claimOf(owner)], ...podFacts(pods, () => true) }));
  return stateFromPlan(observed, plan, emptyMemory);
}

const targetsOf = (scene: Scene) => boundTargets(stateOf(scene).observed ?? anObserved());

describe('the observed state', () => {
  test('has a bound target with its weight, backend and health', () => {
    const state = stateOf({ targets: [aTarget()] });
    expect(targetAt(state.observed, aTarget())).toMatchObject({ weight: 10, tag: 'uid-web-1', health: 'Alive' });
    expect([...state.placed].map(([binding, { id }]) => [binding, id.listenerId])).toEqual([
      [bindingKey(aBinding()), 'lbl-1'],
    ]);
    expect(state).toMatchObject({ trouble: undefined, phase: 'seen', waitsForHealth: false });
    expect(state.observed?.addresses).toEqual(['192.0.2.1']);
    expect(awaitsHealth(state)).toBe(false);
  });

  test('awaits health while a wanted target is not served', () => {
    expect(awaitsHealth(stateOf({}))).toBe(true);
    expect(awaitsHealth(stateOf({ targets: [aTarget()], health: 'Dead' }))).toBe(true);
    expect(awaitsHealth(stateOf({ targets: [aTarget()], health: 'Close' }))).toBe(false);
  });

  test('has a target that is about to be lowered at weight 0 already', () => {
    const pods = [aPod({ containersReady: false }), aPod({ name: 'web-2', ip: '10.0.0.2' })];
    const targets = [aTarget(), aTarget({ ip: '10.0.0.2', tag: 'uid-web-2' })];
    expect(targetsOf({ pods, targets })[0]?.weight).toBe(0);
  });

  test('has a target that is about to be taken off no more', () => {
    expect(targetsOf({ pods: [], targets: [aTarget()] })).toEqual([]);
    expect(targetsOf({ pods: [aPod({ uid: 'uid-new' })], targets: [aTarget()] })).toEqual([]);
  });

  test('is not free of a Service whose listener is about to be made', () => {
    const state = stateOf({ listeners: [] });
    expect(isFreeOf(state, 'uid-web')).toBe(false);
    expect(isFreeOf(state, 'uid-other')).toBe(true);
  });

  test('is free of no Service before the first look', () => {
    expect(isFreeOf(undefined, 'uid-web')).toBe(false);
    expect(isFreeOf(unseen(clbId), 'uid-web')).toBe(false);
    const absence = { sinceMs: 0, answers: 1, wasSeen: true, isProven: false };
    expect(isFreeOf({ ...unseen(clbId), phase: 'absent', absence }, 'uid-web')).toBe(false);
    const proven = { ...absence, isProven: true };
    expect(isFreeOf({ ...unseen(clbId), phase: 'absent', absence: proven }, 'uid-web')).toBe(true);
  });

  test('shows progress by a listener or a served target more, and by nothing else', () => {
    const states = [stateOf({ listeners: [] }), stateOf({}), stateOf({ targets: [aTarget()] })].map(progressOf);
    expect(new Set(states).size).toBe(3);
    expect(progressOf(stateOf({ targets: [aTarget()], health: 'Dead' }))).toBe(states[1]);
    expect(progressOf(undefined)).toBe('');
  });
});
