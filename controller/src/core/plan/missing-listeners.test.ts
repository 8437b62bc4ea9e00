import { expect, test } from '@jest/globals';
import { aBinding, aListener, anObserved, aTarget, clbId } from '../../testing/builders.ts';
import { lacksPlace, unseen, type BalancerState } from '../model/balancer-state.ts';
import { bindingKey } from '../model/binding.ts';
import type { CreateListener } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import { missingKey, missingListeners } from './missing-listeners.ts';

const { name } = aListener();
const step: CreateListener = {
  kind: 'create-listener',
  place: { protocol: 'TCP', port: 80 },
  name,
  settings: {},
  owners: ['uid-web'],
  reason: 'wanted',
};
const placed = new Map([[bindingKey(aBinding()), { id: { listenerId: 'lbl-1' }, wanted: [] }]]);
const before: BalancerState = { ...unseen(clbId), placed };
const nothing = { before: undefined, known: new Map<string, string>() };
const key = missingKey(step);

test('A listener that is to be made is missing if it stood at the last look, until it is made.', () => {
  expect(missingListeners({ ...nothing, steps: [step], before })).toEqual(new Map([[key, 'lbl-1']]));
  const known = new Map([[key, 'lbl-1']]);
  expect(missingListeners({ ...nothing, steps: [step], known })).toEqual(known);
  expect(missingListeners({ ...nothing, steps: [], before, known }).size).toBe(0);
});

test('A listener that never stood, of another port or Service, is not missing.', () => {
  expect(missingListeners({ ...nothing, steps: [step] }).size).toBe(0);
  const others: CreateListener[] = [
    { ...step, place: { protocol: 'TCP', port: 81 } },
    { ...step, place: { protocol: 'UDP', port: 80 } },
    { ...step, name: `${name}-2`, owners: ['uid-web-2'] },
  ];
  expect(missingListeners({ ...nothing, steps: others, before }).size).toBe(0);
});

test('Silence about a listener counts only if its targets had a health before.', () => {
  const target = aTarget();
  const seen = (health: 'Alive' | undefined): BalancerState => ({
    ...unseen(clbId),
    observed: anObserved({
      listeners: [aListener()],
      targets: [target],
      health: new Map(health === undefined ? [] : [[targetKey(target), health]]),
    }),
  });
  const other = { ...target, loadBalancerId: clbId, ip: '10.0.0.9', health: 'Dead' as const };
  expect(lacksPlace(seen('Alive'), [])).toBe(true);
  expect(lacksPlace(seen('Alive'), [{ ...other, listenerId: 'lbl-2' }])).toBe(true);
  expect(lacksPlace(seen('Alive'), [other])).toBe(false);
  expect(lacksPlace(seen(undefined), [])).toBe(false);
});
