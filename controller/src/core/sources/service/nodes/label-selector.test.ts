import { describe, expect, test } from '@jest/globals';
import { readLabelSelector } from './label-selector.ts';

const labels = { pool: 'blue', 'disk.example.com/kind': 'ssd', empty: '' };

describe('a label selector', () => {
  test.each([
    ['', true],
    ['  ', true],
    ['pool', true],
    ['!pool', false],
    ['! pool', false],
    ['spot', false],
    ['!spot', true],
    ['pool=blue', true],
    ['pool == blue', true],
    ['pool=green', false],
    ['pool!=green', true],
    ['pool!=blue', false],
    ['spot!=yes', true],
    ['empty=', true],
    ['pool=', false],
    ['pool in (blue, green)', true],
    ['pool in (green)', false],
    ['pool notin (green)', true],
    ['pool notin (blue,green)', false],
    ['spot notin (yes)', true],
    ['spot in ()', false],
    ['disk.example.com/kind in (ssd)', true],
    ['pool in (blue, green),disk.example.com/kind=ssd, !spot', true],
    ['pool in (blue, green), spot', false],
    ['constructor', false],
    ['constructor!=x', true],
  ])('"%s" takes the node: %s', (text, expected) => {
    expect(readLabelSelector(text)?.(labels)).toBe(expected);
  });

  test.each([
    [','],
    ['pool,'],
    ['pool in blue'],
    ['pool in (blue'],
    ['pool in (blue))'],
    ['pool in (a b)'],
    ['pool is blue'],
    ['pool>1'],
    ['=blue'],
    ['pool=blue=green'],
    ['{"pool":"blue"}'],
    ['po\nol'],
    ['pool,'.repeat(300)],
  ])('%j is none', (text) => {
    expect(readLabelSelector(text)).toBeUndefined();
  });

  test.each([['a('.repeat(100_000)], ['a,('.repeat(333)]])('that is long and hostile is refused', (text) => {
    expect(readLabelSelector(text)).toBeUndefined();
  });
});
