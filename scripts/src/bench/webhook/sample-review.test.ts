import { expect, test } from '@jest/globals';
import { sampleReview } from './sample-review.ts';

test('The review is as large as it is said to be.', () => {
  expect(sampleReview().length).toBeGreaterThan(6_500);
  expect(sampleReview().length).toBeLessThan(7_500);
});
