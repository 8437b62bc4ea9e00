import { expect, test } from '@jest/globals';
import { aListener, anObserved, aTarget } from '../../testing/builders.ts';
import type { ListenerSettings } from '../model/settings.ts';
import { targetKey, type Health } from '../model/target.ts';
import { checkSpeed } from './check-speed.ts';
import { emptyMemory, type CheckSpeed } from './memory.ts';

const key = targetKey(aTarget());
const settings: ListenerSettings = { healthCheck: { HealthSwitch: 1, IntervalTime: 5, HealthNum: 3 } };
const seen = (health: Health) =>
  anObserved({ listeners: [{ ...aListener(), settings }], targets: [aTarget()], health });

function speedAfter(askedAtMs: number, checks: CheckSpeed = 'unknown', [before, after]: Health[] = []): CheckSpeed {
  const change = { before: seen(before ?? 'Unknown'), after: seen(after ?? 'Alive') };
  return checkSpeed(change, { ...emptyMemory, registeredAtMs: new Map([[key, 0]]), checks }, askedAtMs);
}

test('a target that is Alive no sooner than its check allows shows that the CLB keeps to it', () => {
  expect([speedAfter(9_999), speedAfter(10_000)]).toEqual(['faster', 'as-set']);
});

test('one that was too fast once counts for ever', () => {
  expect(speedAfter(20_000, 'faster')).toBe('faster');
  expect(speedAfter(3_000, 'as-set')).toBe('faster');
});

test('only what turns Alive tells anything', () => {
  expect(speedAfter(3_000, 'as-set', ['Alive', 'Alive'])).toBe('as-set');
  expect(speedAfter(3_000, 'unknown', ['Unknown', 'Dead'])).toBe('unknown');
});
