import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { renewalMs } from './judge-certificates.ts';
import { defaultPolicy } from './material.ts';

const day = 24 * 3_600_000;

test('renewal comes with 30 to 37 percent of life left, at the same moment in every replica', () => {
  fc.assert(
    fc.property(fc.integer({ min: 600_000, max: 400 * day }), fc.integer({ min: 0, max: 255 }), (lifeMs, byte) => {
      const serial = `01${byte.toString(16).padStart(2, '0')}`;
      const validity = { notBeforeMs: -defaultPolicy.backdateMs, notAfterMs: lifeMs, serial };
      const left = (lifeMs - renewalMs(validity, defaultPolicy)) / lifeMs;
      expect(left).toBeGreaterThanOrEqual(0.29999);
      expect(left).toBeLessThanOrEqual(0.36667);
    }),
  );
});
