import { describe, expect, test } from '@jest/globals';
import { fc } from '../testing/fast-check.ts';
import { priorities, type Flow, type Priority } from '../domain/flow.ts';
import { Places } from './places.ts';

const budget = { perMinute: 60_000, burst: 1_000 };
const somePlaces = (concurrency: number, keptForDrains = 0) =>
  new Places({ concurrency, fairness: { keptForDrains, budget } });

/** Begins as many runs as it may; none of them ever ends. Returns how many. */
function fill(places: Places, flow: Flow): number {
  const before = places.taken;
  while (places.mayGo(flow, 0)) places.take(`${flow.priority} ${flow.share} ${places.taken}`, flow, 0);
  return places.taken - before;
}
const drainsOf = (share: string): Flow => ({ priority: 'drain', share });

describe('runs that never end', () => {
  test.each([1, 2, 3, 16, 160])('of one share take half of %s places', (concurrency) => {
    expect(fill(somePlaces(concurrency), drainsOf('other'))).toBe(Math.ceil(concurrency / 2));
  });

  test.each<Priority>(['drain', 'gate', 'look'])('of one share and priority %s leave places to others', (priority) => {
    const places = somePlaces(16, 8);
    fill(places, { priority, share: 'a' });
    fill(places, { priority, share: 'b' });
    expect(places.mayGo({ priority, share: 'shop' }, 0)).toBe(true);
  });

  test('of two shares leave places to a third, also where the first one had all that it may have', () => {
    const places = somePlaces(12);
    const keys = Array.from({ length: fill(places, drainsOf('a')) }, (_, at) => `drain a ${at}`);
    for (const key of keys) {
      places.leave(key);
      for (const share of ['b', 'a']) fill(places, drainsOf(share));
    }
    expect(fill(places, drainsOf('c'))).toBeGreaterThan(0);
  });
});

test('whatever begins, rises and ends, as many may begin afterwards as before', () => {
  const doing = fc.record({
    what: fc.constantFrom('take', 'leave', 'ask'),
    key: fc.constantFrom('1', '2', '3', '4', '5'),
    priority: fc.constantFrom(...priorities),
    share: fc.constantFrom('x', 'y'),
  });
  fc.assert(
    fc.property(fc.array(doing), (doings) => {
      const places = somePlaces(8, 4);
      for (const { what, key, ...flow } of doings) {
        if (what === 'leave') places.leave(key);
        else if (what === 'ask') places.ask(key, flow);
        else if (places.at(key) === undefined && places.mayGo(flow, 0)) places.take(key, flow, 0);
      }
      for (const key of ['1', '2', '3', '4', '5']) places.leave(key);
      expect(fill(places, drainsOf('x'))).toBe(4);
      expect(fill(places, { priority: 'look', share: 'x' })).toBe(2);
    }),
  );
});
