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

let isDrainDue: () => boolean;
beforeEach(() => {
  isDrainDue = () => false;
});
const namespaceOf = (uid: string) => uid.split('-')[0];
const apply = async (steps: readonly Step[], refusedBefore: readonly RefusedStep[] = [], turn = 0) =>
  applyPlan({
    clb,
    balancerId: clbId,
    steps,
    refusedBefore,
    namespaceOf,
    turn,
    isDrainDue: () => isDrainDue(),
    signal,
  });
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

describe('a plan while which a weight 0 becomes due', () => {
  /** It becomes due during the first call of this action. */
  const dueDuring = (first: string) => {
    let isDue = false;
    isDrainDue = () => isDue;
    clb.before = (action) => {
      isDue ||= action === first;
    };
  };
  const rule = { protocol: 'HTTP', port: 443, domain: 'a.com', url: '/' } as const;
  const to = (port: number) => ({ listenerId: `lbl-to${port}`, locationId: `loc-to${port}` });
  const base = { owners: ['b-1'], reason: 'wanted' } as const;
  const listener = (port: number): Step => {
    const settings = { sessionExpireTime: port };
    return { kind: 'create-listener', place: { protocol: 'TCP', port }, name: `n-${port}`, settings, ...base };
  };
  const ofRule = (listenerId: string) => ({ listenerId, locationId: `loc-${listenerId}`, place: rule, ...base });
  const four = [1, 2, 3, 4];
  const kinds: readonly (readonly [string, readonly Step[]])[] = [
    ['createListeners', four.map((port) => listener(80 + port))],
    [
      'modifyListener',
      four.map((port) => ({ ...listener(80 + port), kind: 'modify-listener', listenerId: `lbl-${port}` })),
    ],
    [
      'createRules',
      four.map((n) => ({ kind: 'create-rule', address: '192.0.2.1', settings: {}, ...ofRule(`lbl-${n}`) })),
    ],
    ['modifyRule', four.map((n) => ({ kind: 'modify-rule', settings: {}, ...ofRule(`lbl-${n}`) }))],
    ['deleteRules', four.map((n) => ({ kind: 'delete-rule', ...ofRule(`lbl-${n}`) }))],
    ['createRedirects', four.map((n) => ({ kind: 'create-redirect', to: to(n), ...ofRule(`lbl-${n}`) }))],
    ['deleteRedirects', four.map((n) => ({ kind: 'delete-redirect', to: to(n), ...ofRule(`lbl-${n}`) }))],
  ] as readonly (readonly [string, readonly Step[]])[];

  test.each(kinds)('ends after the call that is on its way: %s', async (action, steps) => {
    let calls = 0;
    isDrainDue = () => calls > 0;
    const done = async () => {
      calls += 1;
      return Promise.resolve([]);
    };
    Object.assign(clb, { [action]: done });
    const applied = await apply([...steps, register(1)]);
    expect([calls, applied.done, applied.postponed]).toEqual([1, [steps[0]], [...steps.slice(1), register(1)]]);
  });

  test('does all that it has to where none becomes due', async () => {
    const { done, postponed } = await apply([listener(81), listener(82), register(1)]);
    expect([done.length, postponed]).toEqual([3, []]);
  });

  test('has its own drains first, and one call besides, so that it comes on where pods end all the time', async () => {
    clb.addTarget(clbId, aTarget({ ip: '10.0.0.1' }));
    isDrainDue = () => true;
    const { done, postponed } = await apply([weigh(1, 0), register(2), weigh(2, 5)]);
    expect([done, postponed]).toEqual([[weigh(1, 0), register(2)], [weigh(2, 5)]]);
  });

  test('looks for no bad target among many then, and does not take them for refused', async () => {
    clb.refuse = ({ ip }) => (ip === '10.0.0.7' ? 'not here' : undefined);
    dueDuring('register');
    const { refused, postponed, done } = await apply(Array.from({ length: 8 }, (_, index) => register(index)));
    expect([refused, postponed.length, done]).toEqual([[], 8, []]);
    expect(actions()).toEqual([]);
  });

  test('keeps in mind what was refused before and is not tried now', async () => {
    clb.refuse = () => 'not here';
    dueDuring('register');
    const before = [1, 2, 3].map((number) => ({ step: register(number), error: no }));
    const { refused } = await apply(
      before.map(({ step }) => step),
      before,
    );
    expect(
      refused.map(({ step }) => step).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ).toEqual(before.map(({ step }) => step));
    expect(refused.filter(({ error }) => error === no)).toHaveLength(2);
  });

  test('makes the listener whose port it has just freed, and none at a port that is not free', async () => {
    const ports = [81, 82];
    const gone = ports.map((port): Step => {
      clb.addListener(clbId, aListener({ id: `lbl-${port}`, port }));
      const place = { protocol: 'TCP', port } as const;
      return { kind: 'delete-listener', listenerId: `lbl-${port}`, place, owners: ['b-1'], reason: 'replaced' };
    });
    const made = ports.map((port): Step => {
      const place = { protocol: 'TCP_SSL', port } as const;
      return { kind: 'create-listener', place, name: `new-${port}`, settings: {}, owners: ['b-1'], reason: 'wanted' };
    });
    dueDuring('deleteListener');
    const { done, refused } = await apply([...gone, ...made]);
    expect([done, refused]).toEqual([[gone[0], made[0]], []]);
  });
});
