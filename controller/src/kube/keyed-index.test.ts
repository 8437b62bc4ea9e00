import { expect, test } from '@jest/globals';
import { KeyedIndex } from './keyed-index.ts';

interface View {
  readonly name: string;
  readonly ip: string | undefined;
}

const a: View = { name: 'a', ip: '10.0.0.1' };
const b: View = { name: 'b', ip: '10.0.0.1' };

function indexOf(...views: readonly View[]): KeyedIndex<View> {
  const index = new KeyedIndex<View>(({ ip }) => (ip === undefined ? [] : [ip]));
  for (const view of views) index.put(view.name, view, undefined);
  return index;
}

test('views with the same field stand together', () => {
  expect(indexOf(a, b).get('10.0.0.1')).toEqual([a, b]);
  expect(indexOf(a, b).get('10.0.0.2')).toEqual([]);
});

test('a view that changes its field moves', () => {
  const index = indexOf(a, b);
  index.put('a', { ...a, ip: '10.0.0.2' }, a);
  expect(index.get('10.0.0.1')).toEqual([b]);
  expect(index.get('10.0.0.2')).toEqual([{ name: 'a', ip: '10.0.0.2' }]);
});

test('a view without the field, or that went, stands nowhere', () => {
  const index = indexOf(a, b);
  index.put('a', { ...a, ip: undefined }, a);
  index.put('b', undefined, b);
  expect(index.get('10.0.0.1')).toEqual([]);
  index.put('a', a, { ...a, ip: undefined });
  expect(index.get('10.0.0.1')).toEqual([a]);
});

test('a view that did not stand there is removed without harm', () => {
  const index = indexOf(a);
  index.put('b', undefined, b);
  expect(index.get('10.0.0.1')).toEqual([a]);
});

test('a view with several fields is in each of their groups, and leaves those that it loses', () => {
  const index = new KeyedIndex<readonly string[]>((fields) => fields);
  index.put('a', ['x', 'y', 'y'], undefined);
  expect(['x', 'y', 'z'].map((field) => index.get(field).length)).toEqual([1, 1, 0]);
  index.put('a', ['y', 'z'], ['x', 'y', 'y']);
  expect(['x', 'y', 'z'].map((field) => index.get(field))).toEqual([[], [['y', 'z']], [['y', 'z']]]);
});
