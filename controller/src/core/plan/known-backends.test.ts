import { describe, expect, test } from '@jest/globals';
import {
  aListedBinding,
  aListener,
  anObserved,
  anOwner,
  aPod,
  aTarget,
  podFacts,
  someFacts,
} from '../../testing/builders.ts';
import type { Binding } from '../model/binding.ts';
import type { PodView } from '../model/pod-view.ts';
import { isCarried } from '../model/balancer-state.ts';
import { describeStep } from '../model/step.ts';
import { emptyMemory } from './memory.ts';
import { planChanges } from './plan.ts';
import { stateFromPlan } from './state-from-plan.ts';

const listeners = [aListener({ settings: { deregisterTargetRst: true } })];
const targets = [
  aTarget(),
  aTarget({ ip: '10.0.0.2', weight: 0, tag: 'uid-web' }),
  aTarget({ ip: '10.0.0.3', tag: undefined }),
];

function look(binding: Binding, health: 'Alive' | 'Dead' = 'Alive') {
  const owner = { ...anOwner(), bindings: [binding] };
  const observed = anObserved({ listeners, targets, health });
  const plan = planChanges(someFacts({ claims: [{ owner, bindings: [binding] }], observed, ...podFacts([]) }));
  return { steps: plan.steps.map(describeStep), state: stateFromPlan(observed, plan, emptyMemory) };
}

/** What is done to the targets of a and b, both Alive, when the Service cannot be read. */
function unread(pods: readonly PodView[], hasEnded: (uid: string) => boolean = () => false) {
  const binding = aListedBinding(undefined);
  const owner = { ...anOwner(), bindings: [binding] };
  const two = [aTarget({ tag: 'uid-a' }), aTarget({ ip: '10.0.0.2', tag: 'uid-b' })];
  const observed = anObserved({ listeners, targets: two });
  const claims = [{ owner, bindings: [binding] }];
  const plan = planChanges(someFacts({ claims, observed, ...podFacts(pods, hasEnded) }));
  return plan.steps.map(describeStep);
}

describe('while the endpoints of an owner are not known', () => {
  const unknown = aListedBinding(undefined);

  test('none of its targets changes, whosever they are', () => {
    expect(look(unknown).steps).toEqual([]);
    expect(look(unknown, 'Dead').steps).toEqual([]);
  });

  test('a pod that ends is taken out of traffic all the same', () => {
    const [a, b] = [aPod({ name: 'a', ending: true }), aPod({ name: 'b', ip: '10.0.0.2' })];
    expect(unread([a, b])).toEqual(['set-weight 10.0.0.1:8080 weight 0 at TCP/80 (backend-ending)']);
  });

  test('the last that serve stay although they end', () => {
    const [a, b] = [aPod({ name: 'a', ending: true }), aPod({ name: 'b', ip: '10.0.0.2', ending: true })];
    expect(unread([a, b])).toEqual([]);
  });

  test('the target of a pod that has ended goes: its address may be that of another pod soon', () => {
    const b = aPod({ name: 'b', ip: '10.0.0.2' });
    expect(unread([b], (uid) => uid === 'uid-a')).toEqual(['deregister 10.0.0.1:8080 at TCP/80 (backend-ended)']);
  });

  test('it is carried by what stands and is Alive, and by nothing else', () => {
    expect(isCarried(look(unknown).state, unknown)).toBe(true);
    expect(isCarried(look(unknown, 'Dead').state, unknown)).toBe(false);
  });
});

test('Endpoints that are known to be none leave their targets to the brake.', () => {
  const none = aListedBinding([]);
  expect(look(none).steps).toEqual([]);
  expect(isCarried(look(none).state, none)).toBe(true);
});
