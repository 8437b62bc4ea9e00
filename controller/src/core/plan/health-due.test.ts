import { expect, test } from '@jest/globals';
import { aBinding, aListener, anObserved, aTarget, clbId } from '../../testing/builders.ts';
import { unseen } from '../model/balancer-state.ts';
import { bindingKey } from '../model/binding.ts';
import type { HealthCheck } from '../model/settings.ts';
import type { Health } from '../model/target.ts';
import { targetKey } from '../model/target.ts';
import { isHealthDue } from './health-due.ts';
import { emptyMemory, type Memory } from './memory.ts';

const target = aTarget();
const key = targetKey(target);
const check: HealthCheck = { IntervalTime: 5, HealthNum: 3 };
const registered: Partial<Memory> = { registeredAtMs: new Map([[key, 0]]), checks: 'as-set' };

function isDue(
  nowMs: number,
  memory: Partial<Memory> = registered,
  given: { health?: Health; settings?: object; weight?: number; isHeld?: boolean } = {},
) {
  const { health = 'Unknown', settings = { healthCheck: check }, weight = 10 } = given;
  const observed = anObserved({ listeners: [{ ...aListener(), settings }], targets: [{ ...target, weight }], health });
  const placed = new Map([[bindingKey(aBinding()), { id: { listenerId: 'lbl-1' }, wanted: [target] }]]);
  const state = { ...unseen(clbId), phase: 'seen' as const, observed, placed };
  return isHealthDue(
    state,
    { ...emptyMemory, ...memory },
    { nowMs, verifyMs: 2_000, isHeld: () => given.isHeld === true },
  );
}

test('a new target is asked about when its checks may have passed, and not before', () => {
  expect([isDue(0), isDue(9_999), isDue(10_000), isDue(60_000)]).toEqual([false, false, true, true]);
});

test('it is asked about at once while nothing is known of the speed of the checks, or when they are faster', () => {
  for (const checks of ['unknown', 'faster'] as const) expect(isDue(0, { ...registered, checks })).toBe(true);
});

test('one whose check is off is asked about at once', () => {
  expect(isDue(0, registered, { settings: { healthCheck: { ...check, HealthSwitch: 0 } } })).toBe(true);
});

test('one whose check is not known, or that we did not register, is asked about at once', () => {
  expect(isDue(0, registered, { settings: {} })).toBe(true);
  expect(isDue(0, {})).toBe(true);
});

test('one at a doubted address is asked about at once, because each answer but Alive counts', () => {
  expect(isDue(1_000, { ...registered, distrustUntilMs: new Map([[key, 15_000]]) })).toBe(true);
});

test('a weight 0 is looked for soon, any other write later, and what serves is not asked about', () => {
  const written = { ...registered, unverifiedSinceMs: new Map([[key, 1_000]]) };
  const zero = (nowMs: number) => isDue(nowMs, written, { health: 'Alive', weight: 0 });
  const held = (nowMs: number) => isDue(nowMs, written, { health: 'Alive', weight: 0, isHeld: true });
  const other = (nowMs: number) => isDue(nowMs, written, { health: 'Alive' });
  expect([zero(2_999), zero(3_000)]).toEqual([false, true]);
  expect(held(1_000)).toBe(true);
  expect([other(10_999), other(11_000)]).toEqual([false, true]);
  expect(isDue(60_000, registered, { health: 'Alive' })).toBe(false);
});
