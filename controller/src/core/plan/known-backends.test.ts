import { describe, expect, test } from '@jest/globals';
import {
  aListedBinding,
  aListener,
  anObserved,
  anOwner,
  aTarget,
  podFacts,
  someFacts,
} from '../../testing/builders.ts';
import type { Binding } from '../model/binding.ts';
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

describe('while the endpoints of an owner are not known', () => {
  const unknown = aListedBinding(undefined);

  test('none of its targets changes, whosever they are', () => {
    expect(look(unknown).steps).toEqual([]);
    expect(look(unknown, 'Dead').steps).toEqual([]);
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
