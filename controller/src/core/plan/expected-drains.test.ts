import { expect, test } from '@jest/globals';
import { aTarget } from '../../testing/builders.ts';
import { deregister, register, setWeight } from '../../testing/steps.ts';
import type { Step } from '../model/step.ts';
import { waitForDrains, type ExpectedDrains } from './expected-drains.ts';

const drain = (last: number, owners = ['uid-web']): Step => ({
  ...setWeight(aTarget({ ip: `10.0.0.${last}` }), 0),
  ...{ owners, reason: 'backend-ending' },
});
const added: Step = { ...register({ ...aTarget({ ip: '10.0.0.9' }), tag: 'uid-web-9' }), reason: 'backend-ready' };
const off: Step = { ...deregister(aTarget({ ip: '10.0.0.8' })), reason: 'backend-ended' };

/** So many gates were opened, and a drain waits for 100 ms. */
const opened = (count: number, uid = 'uid-web') => [uid, { sinceMs: 9_900, count }] as const;
const waitMs = (steps: readonly Step[], ...expected: (readonly [string, ExpectedDrains])[]) =>
  waitForDrains(steps, { expected: new Map(expected), nowMs: 10_000, withinMs: 200 });

test('a pod that ends although no gate was opened is drained at once', () => {
  expect(waitMs([drain(1)])).toBeUndefined();
});

test('a pod that ends after two gates waits for the second one, and only for the rest of the time', () => {
  expect(waitMs([drain(1)], opened(2))).toBe(100);
  expect(waitMs([drain(1)], ['uid-web', { sinceMs: 9_800, count: 2 }])).toBeUndefined();
});

test('when as many pods end as gates were opened, all go at once, and a pod counts once at its two listeners', () => {
  expect(waitMs([drain(1), drain(2)], opened(2))).toBeUndefined();
  const elsewhere = { ...setWeight(aTarget({ listenerId: 'lbl-2' }), 0), reason: 'backend-ending' } as const;
  expect(waitMs([drain(1), { ...elsewhere, owners: ['uid-web'] }], opened(2))).toBe(100);
});

test('the pods of another owner wait for nobody, and take along who waits', () => {
  expect(waitMs([drain(1, ['uid-api'])], opened(2))).toBeUndefined();
  expect(waitMs([drain(1), drain(2, ['uid-api'])], opened(2))).toBeUndefined();
});

test('what keeps the CLB from the next weight 0 waits with a drain, and never alone', () => {
  expect(waitMs([drain(1), added, off], opened(2))).toBe(100);
  expect(waitMs([added, off], opened(2))).toBeUndefined();
});

test.each<[string, Step]>([
  ['a pod that is not ready', { ...setWeight(aTarget({ ip: '10.0.0.5' }), 0), reason: 'backend-unready' }],
  ['weight that comes back', { ...setWeight(aTarget({ ip: '10.0.0.5' }), 10), reason: 'backend-ready' }],
  ['an address that is used again', { ...deregister(aTarget({ ip: '10.0.0.5' })), reason: 'address-reused' }],
])('%s waits for nobody', (_, step) => {
  expect(waitMs([drain(1), step], opened(2))).toBeUndefined();
});
