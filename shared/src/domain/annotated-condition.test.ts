import { expect, test } from '@jest/globals';
import { readCondition, writeCondition } from './annotated-condition.ts';
import { longestPlan } from './safe-text.ts';

test.each([
  ['quotes and line ends', 'says "no"\n…'],
  ['a plan of the longest, of which JSON escapes each letter', '"'.repeat(longestPlan)],
])('What is written is read: %s.', (_, message) => {
  const condition = { status: 'False', reason: 'AdoptionPlanned', message } as const;
  expect(readCondition(writeCondition(condition))).toEqual(condition);
  expect(readCondition(undefined)).toBeUndefined();
});

test.each(['', 'x', '[]', 'null', '{"status":1,"reason":{}}', `{"message":"${'m'.repeat(20_000)}"}`])(
  'What somebody else wrote is a condition that says nothing: %j.',
  (text) => {
    expect(readCondition(text)).toEqual({ status: 'Unknown', reason: '', message: '' });
  },
);
