import { expect, test } from '@jest/globals';
import { Turns } from './turns.ts';

const ordered = (turns: Turns, names: readonly string[]) => names.toSorted((a, b) => turns.compare(a, b));

test('it is the turn of whoever had none, and then of whose was longest ago', () => {
  const turns = new Turns();
  for (const name of ['a', 'b', 'c', 'a']) turns.note(name);
  expect(ordered(turns, ['a', 'b', 'c', 'd'])).toEqual(['d', 'b', 'c', 'a']);
});

test('of names that come and go only the latest are remembered', () => {
  const turns = new Turns();
  for (let number = 0; number < 10_000; number += 1) turns.note(`name ${number}`);
  expect(ordered(turns, ['name 9999', 'name 9000', 'name 0', 'new'])).toEqual([
    'name 0',
    'new',
    'name 9000',
    'name 9999',
  ]);
});
