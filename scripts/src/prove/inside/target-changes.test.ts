import { expect, test } from '@jest/globals';
import { changesOf, type Call } from './target-changes.ts';

const call = (action: string, request: unknown, overrides: Partial<Call> = {}): Call => {
  return { endMs: 1, action, loadBalancerId: 'lb-1', code: null, request, ...overrides };
};
const target = { EniIp: '10.0.0.1', Port: 80 };

test('Calls that were done and changes of health become changes of targets, in their order.', () => {
  const weights = [{ Weight: 0, Targets: [target] }];
  const calls = [
    call('BatchRegisterTargets', { Targets: [{ ...target, Weight: 10 }] }),
    call('BatchModifyTargetWeight', { ModifyList: weights }, { endMs: 5 }),
    call('BatchModifyTargetWeight', { ModifyList: weights }, { endMs: 3, code: 'InternalError' }),
    call('BatchModifyTargetWeight', { ModifyList: weights }, { endMs: 4, faults: ['prove-silent-failure-0'] }),
    call('BatchModifyTargetWeight', { ModifyList: [{ Weight: 10, Targets: [target] }] }, { endMs: 6 }),
    call('BatchDeregisterTargets', { Targets: [target] }, { endMs: 9 }),
    call('DescribeTargets', {}),
  ];
  const health = [
    { atMs: 2, loadBalancerId: 'lb-1', ip: '10.0.0.1', to: 'Alive' },
    { atMs: 8, loadBalancerId: 'lb-1', ip: '10.0.0.1', to: 'Unknown' },
  ];
  const seen = changesOf(calls, health).map(({ atMs, what }) => `${atMs} ${what}`);
  expect(seen).toEqual(['1 registered', '2 Alive', '5 weight 0', '6 weight', '9 deregistered']);
});
