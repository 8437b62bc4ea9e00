import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setWeight } from '../testing/steps.ts';
import { startClbWorld, taskDone, type ClbWorld } from './testing/clb-world.ts';

const { signal } = new AbortController();
const action = 'BatchModifyTargetWeight';
let world: ClbWorld;
let isHeld: boolean;

beforeEach(async () => {
  isHeld = true;
  world = await startClbWorld({ isHeld: () => isHeld });
  world.cloud.replies('DescribeTaskStatus', taskDone);
});
afterEach(() => world.cloud.close());

const zero = (number: number) => {
  const ip = `10.0.${Math.floor(number / 250)}.${number % 250}`;
  return setWeight({ listenerId: 'lbl-1', ip, port: 80 }, 0);
};
/** More than one request carries. */
const many = Array.from({ length: 501 }, (_, number) => zero(number));

test('A write of several requests sends no other one once the Lease is lost.', async () => {
  world.cloud.replies(action, () => {
    isHeld = false;
    return { response: {} };
  });
  await expect(world.clb.setWeight('lb-1', many, signal)).rejects.toMatchObject({
    code: 'LeaseLost',
    kind: 'transient',
  });
  expect(world.cloud.bodiesOf(action)).toHaveLength(1);
  world.cloud.replies('DescribeListeners', { response: { Listeners: [], TotalCount: 0 } });
  expect(await world.clb.describeListeners('lb-1', signal)).toEqual([]);
});

test('With the Lease each of them goes out.', async () => {
  world.cloud.replies(action, { response: {} });
  await world.clb.setWeight('lb-1', many, signal);
  expect(world.cloud.bodiesOf(action)).toHaveLength(2);
});
