import { expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { gateWaitFindings, gateWaitOf } from './gate-wait.ts';

const written = (text: string) => ({ annotations: { [annotation.gateWaitLimit]: text } });

test.each([
  ['hold', { kind: 'hold' }],
  ['1', { kind: 'open', afterMs: 1_000 }],
  ['86400', { kind: 'open', afterMs: 86_400_000 }],
])('"%s" is understood.', (text, wait) => {
  expect(gateWaitOf(written(text))).toEqual(wait);
  expect(gateWaitFindings(written(text))).toEqual([]);
});

test('Without it the settings count.', () => {
  expect([gateWaitOf({ annotations: {} }), gateWaitFindings({ annotations: {} })]).toEqual([undefined, []]);
});

test.each(['', '0', '86401', '-1', '5m', 'open', '\u0000'])('"%s" is told, and the settings count.', (text) => {
  expect(gateWaitOf(written(text))).toBeUndefined();
  expect(gateWaitFindings(written(text))).toMatchObject([{ reason: 'AnnotationMalformed' }]);
  expect(gateWaitFindings(written(text))[0]?.message).not.toContain('\u0000');
});
