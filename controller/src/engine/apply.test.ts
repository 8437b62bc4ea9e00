import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Deregister, Register, SetWeight, Step } from '../core/model/step.ts';
import type { RefusedStep } from '../core/plan/memory.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import { aListener, aTarget, clbId } from '../testing/builders.ts';
import { FakeClb } from '../testing/fake-clb.ts';
import { applyPlan } from './apply.ts';

let clb: FakeClb;
beforeEach(() => {
  clb = new FakeClb();
  clb.addLoadBalancer(clbId);
  clb.addListener(clbId, aListener());
});

const place = { protocol: 'TCP', port: 80 } as const;
const at = (number: number) => ({ listenerId: 'lbl-1', ip: `10.0.0.${number}`, port: 8080 });
const register = (number: number): Register => {
  return { kind: 'register', place, target: at(number), weight: 10, tag: '', owners: [], reason: 'backend-ready' };
};
const weigh = (number: number, weight: number): SetWeight => {
  return { kind: 'set-weight', place, target: at(number), weight, owners: [], reason: 'backend-ending' };
};
const reuse = (number: number): Deregister => {
  return { kind: 'deregister', place, target: at(number), owners: [], reason: 'address-reused' };
};
const no = new CloudError('no', { kind: 'refused', code: 'X', action: 'X' });
const { signal } = new AbortController();

const apply = async (steps: readonly Step[], refusedBefore: readonly RefusedStep[] = [], turn = 0) =>
  applyPlan({ clb, balancerId: clbId, steps, refusedBefore, namespaceOf: (uid) => uid.split('-')[0], turn, signal });
const actions = () => clb.writes.map(({ action, keys }) => `${action} ${keys.length}`);

describe('a plan', () => {
  test('takes one call for neighbours of one kind, in the order of its steps', async () => {
    clb.addTarget(clbId, aTarget({ ip: '10.0.0.1' }));
    const steps = [weigh(1, 0), register(2), register(3), weigh(2, 5)];
    expect((await apply(steps)).done).toEqual(steps);
    expect(actions()).toEqual(['setWeight 1', 'register 2', 'setWeight 1']);
  });

  test('goes on after a step that is refused, and after one that fails', async () => {
    clb.addTarget(clbId, aTarget({ ip: '10.0.0.1' }));
    clb.fail = (action) => (action === 'setWeight' ? new Error('lost') : undefined);
    clb.refuse = ({ ip }) => (ip === '10.0.0.2' ? 'not here' : undefined);
    const { done, refused, failures } = await apply([weigh(1, 0), register(2), register(3)]);
    expect(done).toEqual([register(3)]);
    expect(refused.map(({ step }) => step)).toEqual([register(2)]);
    expect(failures).toHaveLength(1);
  });

  test('has what was refused before apart, so that the others are taken at once', async () => {
    clb.refuse = ({ ip }) => (ip === '10.0.0.1' ? 'not here' : undefined);
    const { done, refused } = await apply([register(2), register(3), register(1)], [{ step: register(1), error: no }]);
    expect(done).toHaveLength(2);
    expect(refused.map(({ step }) => step)).toEqual([register(1)]);
    expect(actions()).toEqual(['register 2']);
  });

  test('deletes a few listeners in one run, so that a pod that ends meanwhile soon gets its weight 0', async () => {
    const ports = Array.from({ length: 10 }, (_, index) => 81 + index);
    for (const port of ports) clb.addListener(clbId, aListener({ id: `lbl-${port}`, port }));
    const steps = ports.map((port): Step => {
      const gone = { place: { protocol: 'TCP', port }, owners: [], reason: 'not-wanted' } as const;
      return { kind: 'delete-listener', listenerId: `lbl-${port}`, ...gone };
    });
    const { done, failures } = await apply([weigh(1, 0), ...steps, register(2)]);
    expect(done).toEqual([weigh(1, 0), ...steps.slice(0, 4), register(2)]);
    expect(failures).toEqual([]);
  });

  test('has a place in each run for every namespace, in the order of the steps', async () => {
    const names = ['b-1', 'b-1', 'b-2', 'b-2', 'b-1', 'a-1', 'a-2'];
    const steps = names.map((uid, at): Step => {
      const id = `lbl-${81 + at}`;
      clb.addListener(clbId, aListener({ id, port: 81 + at }));
      const place = { protocol: 'TCP', port: 81 + at } as const;
      return { kind: 'delete-listener', listenerId: id, place, owners: [uid], reason: 'not-wanted' };
    });
    const done = await apply(steps);
    expect(done.done).toEqual([0, 1, 5, 6].map((at) => steps[at]));
  });

  test('has its places for all namespaces in turn', async () => {
    const steps = Array.from({ length: 6 }, (_, at): Step => {
      const id = `lbl-${81 + at}`;
      clb.addListener(clbId, aListener({ id, port: 81 + at }));
      const place = { protocol: 'TCP', port: 81 + at } as const;
      return { kind: 'delete-listener', listenerId: id, place, owners: [`n${at}-1`], reason: 'not-wanted' };
    });
    const { done } = await apply(steps, [], 4);
    expect(done).toEqual([0, 1, 4, 5].map((at) => steps[at]));
  });

  test('makes a listener only after the one that goes for it, which may have no place in this run', async () => {
    const ports = [81, 82, 83, 84, 85];
    const gone = ports.map((port): Step => {
      clb.addListener(clbId, aListener({ id: `lbl-${port}`, port }));
      const place = { protocol: 'TCP', port } as const;
      return { kind: 'delete-listener', listenerId: `lbl-${port}`, place, owners: ['b-1'], reason: 'replaced' };
    });
    const made = ports.map((port): Step => {
      const place = { protocol: 'TCP_SSL', port } as const;
      return { kind: 'create-listener', place, name: `new-${port}`, settings: {}, owners: ['b-1'], reason: 'wanted' };
    });
    const { done, refused } = await apply([...gone, ...made]);
    expect(done).toEqual([...gone.slice(0, 4), ...made.slice(0, 4)]);
    expect(refused).toEqual([]);
  });

  test('registers no address again that could not be deregistered', async () => {
    clb.addTarget(clbId, aTarget({ ip: '10.0.0.1' }));
    clb.fail = (action) => (action === 'deregister' ? no : undefined);
    const { done } = await apply([reuse(1), register(1), register(2)]);
    expect(done).toEqual([register(2)]);
    clb.fail = () => undefined;
    expect((await apply([reuse(1), register(1)])).done).toEqual([reuse(1), register(1)]);
  });
});
