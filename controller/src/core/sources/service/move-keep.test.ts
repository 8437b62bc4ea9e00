import { expect, test } from '@jest/globals';
import { anOwner } from '../../../testing/builders.ts';

test.each([
  [undefined, undefined],
  ['0', 0],
  ['90', 90_000],
  ['86400', 86_400_000],
])('Of the annotation, %j is %j ms.', (moveKeepSeconds, ms) => {
  expect(anOwner({ moveKeepSeconds })).toMatchObject({ moveKeepMs: ms, notices: [] });
});

test.each(['', '-1', '1.5', '1e3', '10m', '86401', '9'.repeat(400), '5\n'])(
  'A time of %j is reported within bounds, and the setting counts.',
  (moveKeepSeconds) => {
    const { moveKeepMs, notices, bindings } = anOwner({ moveKeepSeconds });
    expect(moveKeepMs).toBeUndefined();
    expect(notices).toMatchObject([{ severity: 'Warning', reason: 'AnnotationMalformed' }]);
    expect(notices[0]?.message).toContain(
      'write whole seconds from 0 to 86400, for example "300". Until then MOVE_KEEP_MS counts.',
    );
    expect(notices[0]?.message.length).toBeLessThan(400);
    expect(bindings).toHaveLength(1);
  },
);
