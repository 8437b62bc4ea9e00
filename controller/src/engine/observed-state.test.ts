import { describe, expect, test } from '@jest/globals';
import { unseen } from '../core/model/balancer-state.ts';
import type { HealthAnswer } from '../core/model/clb-port.ts';
import { bindingKey } from '../core/model/binding.ts';
import { boundTargets } from '../core/model/observed.ts';
import { emptyMemory } from '../core/plan/memory.ts';
import { aBinding, aListener, anObserved, aTarget, clbId } from '../testing/builders.ts';
import { ObservedState } from './observed-state.ts';

describe('the observed state', () => {
  const at = aTarget({ ip: '2001:db8::1', tag: undefined });
  const alive = { loadBalancerId: clbId, ...at, health: 'Alive' as const, weight: 10 };
  const due = (state: ObservedState) => state.dueForHealth({ nowMs: 0, verifyMs: 0, isHeld: () => false });
  const changed = (state: ObservedState, id: string, answers: readonly HealthAnswer[]) =>
    state.hear(id, { answers, askedAtMs: 0, nowMs: 0, lagMs: 0 }).changed;
  const aState = () => {
    const made = new ObservedState();
    const observed = anObserved({ listeners: [aListener()], targets: [at], health: 'Unknown' });
    const placed = new Map([[bindingKey(aBinding()), { id: { listenerId: 'lbl-1' }, wanted: [at] }]]);
    made.set({ ...unseen(clbId), phase: 'seen', observed, placed }, emptyMemory);
    return made;
  };

  test('knows on which CLBs an owner has something, and no longer when that is gone', () => {
    const state = new ObservedState();
    const seen = (id: string, ...uids: string[]) => state.set({ ...unseen(id), ownerUids: new Set(uids) }, emptyMemory);
    seen('lb-one', 'uid-a', 'uid-b');
    seen('lb-two', 'uid-a');
    expect([state.balancersOf('uid-a'), state.balancersOf('uid-b')]).toEqual([['lb-one', 'lb-two'], ['lb-one']]);
    seen('lb-one', 'uid-b');
    state.forget('lb-two');
    expect([state.balancersOf('uid-a'), state.balancersOf('uid-b')]).toEqual([[], ['lb-one']]);
  });

  test('names the addresses whose health changed, IPv6 too', () => {
    const state = aState();
    expect(due(state)).toEqual([clbId]);
    expect(changed(state, clbId, [alive]).map(({ ip }) => ip)).toEqual(['2001:db8::1']);
    expect(changed(state, clbId, [alive])).toEqual([]);
    expect(due(state)).toEqual([]);
  });

  test('keeps the last health of a target that is not in the answer, and takes in no other', () => {
    const state = aState();
    expect(changed(state, clbId, [{ ...alive, port: 1 }])).toEqual([]);
    expect(boundTargets(state.of(clbId)?.observed ?? anObserved())).toHaveLength(1);
    expect(changed(state, 'lb-unknown', [])).toEqual([]);
  });

  test('is contradicted by what an answer shows of targets that are not being written to', () => {
    const state = aState();
    const about = { place: { protocol: 'TCP', port: 80 }, owners: [], reason: 'wanted' } as const;
    const answers = [{ ...alive, weight: 3 }];
    const contradicts = (target = at) => {
      state.beginWrites(clbId, [{ ...about, kind: 'set-weight', target, weight: 0 }]);
      return state.hear(clbId, { answers, askedAtMs: 0, nowMs: 0, lagMs: 0 }).isContradiction;
    };
    expect([contradicts(at), contradicts(aTarget())]).toEqual([false, true]);
  });

  test('has what was done before the next look shows it, but not what has no id yet', () => {
    const state = aState();
    const about = { place: { protocol: 'TCP', port: 80 }, owners: [], reason: 'wanted' } as const;
    state.apply(clbId, [
      { ...about, kind: 'set-weight', target: at, weight: 0 },
      { ...about, kind: 'register', target: aTarget(), weight: 10, tag: 'uid-web-1' },
      { ...about, kind: 'create-listener', name: 'new', settings: {} },
    ]);
    const { observed } = state.of(clbId) ?? unseen(clbId);
    expect(observed?.listeners.map(({ id }) => id)).toEqual(['lbl-1']);
    expect(boundTargets(observed ?? anObserved())).toMatchObject([
      { ip: '2001:db8::1', weight: 0, health: 'Unknown' },
      { ip: '10.0.0.1', weight: 10, tag: 'uid-web-1', health: undefined },
    ]);
  });
});
