import { expect, test } from '@jest/globals';
import { fc } from '../testing/fast-check.ts';
import { priorities, type Priority, type Flow } from '../domain/flow.ts';
import { FairLine } from './fair-line.ts';

const flowOf = (priority: Priority, share = 'shop'): Flow => ({ priority, share });
const always = () => true;
const aLine = () => new FairLine<string>({ ageMs: 10_000 });

function drained(line: FairLine<string>, nowMs = 0): readonly string[] {
  const order: string[] = [];
  for (let next = line.next(nowMs, always); next !== undefined; next = line.next(nowMs, always)) order.push(next.item);
  return order;
}

test('the most urgent goes first, and of one flow what came first', () => {
  const line = aLine();
  line.add('b', flowOf('look'), 0);
  line.add('a', flowOf('look'), 0);
  line.add('c', flowOf('drain'), 0);
  expect(drained(line)).toEqual(['c', 'b', 'a']);
});

test('of several flows of one item the most urgent counts, and it goes once', () => {
  const line = aLine();
  line.add('a', flowOf('change', 'other'), 0);
  line.add('b', flowOf('look', 'other'), 0);
  line.add('b', flowOf('gate', 'shop'), 0);
  expect(line.size).toBe(2);
  expect(drained(line)).toEqual(['b', 'a']);
  expect(line.size).toBe(0);
});

test('an item that two shares ask for goes while one of them must wait', () => {
  const line = aLine();
  line.add('a', flowOf('look', 'other'), 0);
  expect(line.next(0, ({ share }) => share !== 'other')).toBeUndefined();
  line.add('a', flowOf('look', 'shop'), 0);
  expect(line.next(0, ({ share }) => share !== 'other')?.flow.share).toBe('shop');
});

test('one share with thousands of items takes no more turns than one with few', () => {
  const line = aLine();
  for (let number = 0; number < 8_000; number += 1) line.add(`other-${number}`, flowOf('look', 'other'), 0);
  for (let number = 0; number < 5; number += 1) line.add(`shop-${number}`, flowOf('look', 'shop'), 0);
  const first = Array.from({ length: 10 }, () => line.next(0, always)?.flow.share);
  expect(first.filter((share) => share === 'shop')).toHaveLength(5);
});

test('what waits long goes up, and never before a drain', () => {
  const line = aLine();
  line.add('old', flowOf('look', 'other'), 0);
  line.add('gate', flowOf('gate'), 1_000_000);
  line.add('drain', flowOf('drain'), 1_000_000);
  expect(line.next(1_000_000, always)?.item).toBe('drain');
  expect(['old', 'gate']).toContain(line.next(1_000_000, always)?.item);
  line.add('change', flowOf('change'), 1_000_000);
  expect(['old', 'gate']).toContain(line.next(1_000_000, always)?.item);
});

test('of one share what waits long takes turns with what is as urgent, however often that comes anew', () => {
  const line = aLine();
  for (let number = 0; number < 40; number += 1) line.add(`look ${number}`, flowOf('look'), 0);
  const order: (string | undefined)[] = [];
  for (let number = 0; number < 10; number += 1) {
    line.add(`gate ${number}`, flowOf('gate'), 20_000);
    line.add(`new look ${number}`, flowOf('look'), 0);
    order.push(...[1, 2].map(() => line.next(20_000, always)?.flow.priority));
  }
  expect(order.filter((priority) => priority === 'gate')).toHaveLength(10);
});

test.each<Priority>(['change', 'look'])(
  'a gate comes second at the latest where forty of priority %s have waited long',
  (old) => {
    const line = aLine();
    for (let number = 0; number < 40; number += 1) line.add(`old ${number}`, flowOf(old), 0);
    line.add('gate', flowOf('gate'), 1);
    const firstTwo = [line.next(40_000, always), line.next(40_000, always)];
    expect(firstTwo.map((next) => next?.item)).toContain('gate');
  },
);

test('whatever is added, each item comes out once, and no line is left behind', () => {
  const add = fc.record({
    item: fc.constantFrom('a', 'b', 'c', 'd'),
    priority: fc.constantFrom(...priorities),
    share: fc.constantFrom('x', 'y', 'z'),
  });
  fc.assert(
    fc.property(fc.array(add), (adds) => {
      const line = aLine();
      for (const { item, priority, share } of adds) line.add(item, { priority, share }, 0);
      expect(drained(line).toSorted()).toEqual([...new Set(adds.map(({ item }) => item))].toSorted());
      expect(line.flows()).toEqual([]);
    }),
  );
});
