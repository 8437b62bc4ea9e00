import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, aTarget } from '../../testing/builders.ts';
import { applySteps } from './apply-step.ts';
import { boundTargets } from './observed.ts';
import type { Step } from './step.ts';

const about = { owners: ['uid-web'], reason: 'wanted' } as const;
const tcp = { protocol: 'TCP', port: 80 } as const;
const http = { protocol: 'HTTP', port: 8080 } as const;
const rule = { ...http, domain: 'a.example', url: '/' } as const;
const target = { listenerId: 'lbl-1', ip: '10.0.0.1', port: 8080 };
const observed = anObserved({ listeners: [aListener()], targets: [aTarget()] });

function after(steps: readonly Step[], from: typeof observed | undefined = observed) {
  let made = 0;
  return applySteps(from, steps, () => `new-${(made += 1)}`);
}
const targetsAfter = (...steps: readonly Step[]) => boundTargets(after(steps) ?? anObserved());

describe('steps of targets', () => {
  test('register and deregister', () => {
    const other = { ...target, ip: '10.0.0.2' };
    const register: Step = { ...about, kind: 'register', place: tcp, target: other, weight: 5, tag: 'uid-2' };
    expect(targetsAfter(register)[1]).toMatchObject({ ...other, weight: 5, tag: 'uid-2', health: undefined });
    expect(targetsAfter(register, { ...about, kind: 'deregister', place: tcp, target })).toHaveLength(1);
  });

  test('change a weight, and only of a target that stands', () => {
    const weigh = (ip: string): Step => ({
      ...about,
      kind: 'set-weight',
      place: tcp,
      target: { ...target, ip },
      weight: 0,
    });
    expect(targetsAfter(weigh('10.0.0.1'))).toMatchObject([{ weight: 0, tag: 'uid-web-1', health: 'Alive' }]);
    expect(targetsAfter(weigh('10.9.9.9'))).toEqual(boundTargets(observed));
  });
});

describe('steps of places', () => {
  const create: Step = { ...about, kind: 'create-listener', place: http, name: 'ours', settings: {} };
  const createRule: Step = { ...about, kind: 'create-rule', place: rule, listenerId: 'new-1', settings: {} };

  test('create, change and delete listeners and rules', () => {
    const modify: Step = {
      ...about,
      kind: 'modify-rule',
      place: rule,
      listenerId: 'new-1',
      locationId: 'new-2',
      settings: { scheduler: 'IP_HASH' },
    };
    const certificates = { mode: 'UNIDIRECTIONAL', ids: ['c'] } as const;
    const swap: Step = { ...about, kind: 'set-certificates', place: rule, listenerId: 'new-1', certificates };
    expect(after([create, createRule, modify, swap])?.listeners[1]).toMatchObject({
      id: 'new-1',
      isOurs: true,
      rules: [{ id: 'new-2', isOurs: true, settings: { scheduler: 'IP_HASH', certificates } }],
    });
    const off: Step = { ...about, kind: 'delete-rule', place: rule, listenerId: 'new-1', locationId: 'new-2' };
    expect(after([create, createRule, off])?.listeners[1]?.rules).toEqual([]);
    const gone: Step = { ...about, kind: 'delete-listener', place: tcp, listenerId: 'lbl-1' };
    expect(after([gone])?.listeners).toEqual([]);
  });

  test('change a part of a health check and leave the rest', () => {
    const from = anObserved({ listeners: [aListener({ settings: { healthCheck: { TimeOut: 2, IntervalTime: 5 } } })] });
    const settings = { healthCheck: { IntervalTime: 10 } };
    const modify: Step = { ...about, kind: 'modify-listener', place: tcp, listenerId: 'lbl-1', name: 'n', settings };
    expect(after([modify], from)?.listeners[0]).toMatchObject({
      name: 'n',
      ownerUids: ['uid-web'],
      settings: { healthCheck: { TimeOut: 2, IntervalTime: 10 } },
    });
  });
});

test('A load balancer is changed in what is named, and what is not there is not changed', () => {
  const modify: Step = { ...about, kind: 'modify-load-balancer', settings: { deleteProtect: true } };
  const named = { ...anObserved(), settings: { name: 'web' } };
  expect(after([modify], named)?.settings).toEqual({ name: 'web', deleteProtect: true });
  expect(applySteps(undefined, [modify], () => '')).toBeUndefined();
});
