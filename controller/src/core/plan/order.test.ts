import { expect, test } from '@jest/globals';
import { CloudError } from '../model/cloud-error.ts';
import type { Step } from '../model/step.ts';
import { ordered } from './order.ts';

const place = { protocol: 'TCP', port: 80 } as const;
const about = { place, owners: [], reason: 'wanted' } as const;
const target = (number: number) => ({ listenerId: 'lbl-1', ip: `10.0.0.${number}`, port: 80 });
const drain = (number: number): Step => ({ ...about, kind: 'set-weight', target: target(number), weight: 0 });
const restore: Step = { ...about, kind: 'set-weight', target: target(3), weight: 10 };
const register = (number: number): Step => {
  return { ...about, kind: 'register', target: target(number), weight: 10, tag: '' };
};
const reuse: Step = { ...about, kind: 'deregister', target: target(4), reason: 'address-reused' };
const deregister: Step = { ...about, kind: 'deregister', target: target(5) };
const create: Step = { ...about, kind: 'create-listener', name: 'n', settings: {} };
const remove: Step = { ...about, kind: 'delete-listener', listenerId: 'lbl-2' };
const all = [remove, deregister, register(1), restore, reuse, create, drain(1), drain(2)];
const refused = (...steps: readonly Step[]) =>
  steps.map((step) => {
    return { step, error: new CloudError('no', { kind: 'refused', code: 'X', action: 'X' }) };
  });

test('What drains goes first, what is made next, and every removal after what replaces it.', () => {
  expect(ordered(all, [])).toEqual([drain(1), drain(2), create, reuse, register(1), restore, deregister, remove]);
});

test('What could not be made or registered the last time is tried after everything else.', () => {
  expect(ordered([register(2), ...all], refused(create, register(1)))).toEqual([
    drain(1),
    drain(2),
    reuse,
    register(2),
    restore,
    deregister,
    remove,
    create,
    register(1),
  ]);
});

test('A drain that was refused the last time still goes first, after the other drains.', () => {
  const [first, second, third] = ordered(all, refused(drain(1)));
  expect([first, second, third]).toEqual([drain(2), drain(1), create]);
});
