import { expect, test } from '@jest/globals';
import { readCondition, writeCondition } from './annotated-condition.ts';

test('What is written is read.', () => {
  const condition = { status: 'False', reason: 'AdoptionRefused', message: 'says "no"\n…' } as const;
  expect(readCondition(writeCondition(condition))).toEqual(condition);
  expect(readCondition(undefined)).toBeUndefined();
});

test.each(['', 'x', '[]', 'null', '{"status":1,"reason":{}}', `{"message":"${'m'.repeat(20_000)}"}`])(
  'What somebody else wrote is a condition that says nothing: %j.',
  (text) => {
    expect(readCondition(text)).toEqual({ status: 'Unknown', reason: '', message: '' });
  },
);
