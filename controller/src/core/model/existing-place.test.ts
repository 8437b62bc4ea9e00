import { expect, test } from '@jest/globals';
import { readPlaceId, writePlaceId } from './existing-place.ts';

test.each(['lbl-a1b2c3d4', 'lbl-a1b2c3d4/loc-e5f6'])('%s names a place', (text) => {
  const id = readPlaceId(text);
  expect(id === undefined ? undefined : writePlaceId(id)).toBe(text);
});

test('A listener and a rule of it are two places', () => {
  expect(readPlaceId('lbl-a')).toEqual({ listenerId: 'lbl-a' });
  expect(readPlaceId('lbl-a/loc-b')).toEqual({ listenerId: 'lbl-a', locationId: 'loc-b' });
});

test.each([
  '',
  'lbl-',
  'lb-a',
  'lbl-A',
  'loc-a',
  'lbl-a/',
  'lbl-a/lbl-b',
  'lbl-a/loc-',
  'lbl-a/loc-b/',
  ' lbl-a',
  'TCP/80',
])('"%s" names none', (text) => {
  expect(readPlaceId(text)).toBeUndefined();
});

test('A text without end names none', () => {
  expect(readPlaceId(`lbl-${'a'.repeat(33)}`)).toBeUndefined();
});
