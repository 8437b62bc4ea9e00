import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { beforeEach, expect, test } from '@jest/globals';
import { CloudError, type CloudErrorKind } from '../core/model/cloud-error.ts';
import type { Quota } from '../core/model/quota.ts';
import { AccountQuota } from './account-quota.ts';

const minuteMs = 60_000;
const { signal } = new AbortController();
let nowMs: number;
let asks: number;
let answer: () => Promise<Quota>;
let quota: AccountQuota;

beforeEach(() => {
  nowMs = 0;
  asks = 0;
  answer = async () => Promise.resolve({ targets: 200 });
  quota = new AccountQuota({
    clb: {
      describeQuota: async () => {
        asks += 1;
        return answer();
      },
    },
    log: createLogger({ program: 'test', level: 'silent' }),
    nowMs: () => nowMs,
  });
});

/** As keepRead does it, for so many minutes. */
async function pass(minutes: number): Promise<void> {
  for (const untilMs = nowMs + minutes * minuteMs; nowMs < untilMs; nowMs += 5_000) await quota.readIfDue(signal);
}

const fails = (kind: CloudErrorKind) => async () =>
  Promise.reject(new CloudError('no', { kind, code: 'X', action: 'DescribeQuota' }));

test('It is read at the start, and then once an hour.', async () => {
  await quota.readFirst(signal);
  expect([asks, quota.now]).toEqual([1, { targets: 200 }]);
  await pass(59);
  expect(asks).toBe(1);
  await pass(2);
  expect(asks).toBe(2);
});

test('While something does not fit it is read each minute, so that more room shows soon.', async () => {
  await quota.readFirst(signal);
  answer = async () => Promise.resolve({ targets: 400 });
  quota.noteFull();
  quota.noteFull();
  await pass(1.2);
  expect([asks, quota.now]).toEqual([2, { targets: 400 }]);
  await pass(10);
  expect(asks).toBe(2);
});

test('What was read stays when it cannot be read any more, and that is mended within a minute.', async () => {
  await quota.readFirst(signal);
  quota.noteFull();
  answer = fails('transient');
  await pass(1.2);
  expect([asks, quota.now]).toEqual([2, { targets: 200 }]);
  answer = async () => Promise.resolve({ targets: 100 });
  await pass(1.2);
  expect([asks, quota.now]).toEqual([3, { targets: 100 }]);
});

test('An account that may not read it is asked once an hour, and nothing is known.', async () => {
  answer = fails('credentials');
  await quota.readFirst(signal);
  await pass(59);
  expect([asks, quota.now]).toEqual([1, {}]);
});
