import { expect, test } from '@jest/globals';
import { aPod } from '../testing/builders.ts';
import { EndedPods } from './ended-pods.ts';

test('pods that were seen to end are remembered, others are not', () => {
  const ended = new EndedPods();
  ended.note(aPod({ uid: 'ending', ending: true }), aPod({ uid: 'ending' }));
  ended.note(aPod({ uid: 'finished', finished: true }), undefined);
  ended.note(undefined, aPod({ uid: 'vanished' }));
  ended.note(undefined, aPod({ uid: 'gone', ending: true }));
  expect(['ending', 'finished', 'vanished', 'gone'].filter((uid) => ended.has(uid))).toEqual([
    'ending',
    'finished',
    'gone',
  ]);
});
