import { expect, test } from '@jest/globals';
import { aTarget } from '../../testing/builders.ts';
import { deregister, register, setWeight } from '../../testing/steps.ts';
import { emptyMemory } from './memory.ts';
import { pacedRegistrations } from './paced-registrations.ts';

const first = register({ ...aTarget(), tag: 'uid-web-1' });
const drain = setWeight(aTarget({ ip: '10.0.0.2' }), 0);
const after = (ms: number) => ({ ...emptyMemory, registeredAtMs: new Map([['other', 10_000 - ms]]) });
const pace = { nowMs: 10_000, paceMs: 1_000 };

test('the first registration goes at once', () => {
  expect(pacedRegistrations([first], emptyMemory, pace)).toEqual({ steps: [first], waitMs: undefined });
});

test('one that comes soon after another waits for the rest of the pace, and a weight 0 does not', () => {
  expect(pacedRegistrations([drain, first], after(400), pace)).toEqual({ steps: [drain], waitMs: 600 });
});

test('when the pace is over nothing waits', () => {
  expect(pacedRegistrations([drain, first], after(1_000), pace)).toEqual({ steps: [drain, first], waitMs: undefined });
});

test('nothing waits at a reused address', () => {
  const off = { ...deregister(aTarget()), reason: 'address-reused' as const };
  expect(pacedRegistrations([off, first], after(0), pace).steps).toEqual([off, first]);
});
