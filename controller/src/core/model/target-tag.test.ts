import { expect, test } from '@jest/globals';
import { backendInTag, clusterInTag, markedTag } from './target-tag.ts';

test('A tag names its cluster and its backend', () => {
  const tag = markedTag('cls-a', 'uid-1');
  expect(tag).toBe('clb-direct_cls-a_uid-1');
  expect(backendInTag(tag, 'cls-a')).toBe('uid-1');
  expect(clusterInTag(tag)).toBe('cls-a');
});

test.each([
  '',
  'uid-1',
  'clb-direct',
  'clb-direct_cls-a_',
  'clb-direct_cls-b_uid-1',
  'clb-direct_cls-ab_uid-1',
  'x_cls-a_uid-1',
])('The tag "%s" is not of cluster cls-a', (tag) => {
  expect(backendInTag(tag, 'cls-a')).toBeUndefined();
});

test('A tag of another form has no cluster', () => {
  expect(['', 'uid-1', 'clb-direct_cls-a_', 'team-b'].map(clusterInTag)).toEqual(Array(4).fill(undefined));
});
