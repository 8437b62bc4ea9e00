import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Flow } from '@clb-direct/shared/domain/flow.ts';
import { Places } from '@clb-direct/shared/runtime/places.ts';
import { unseen, type BalancerState } from '../core/model/balancer-state.ts';
import { aListener, anObserved, aPod, aService, aTarget, clbId } from '../testing/builders.ts';
import { FakeCluster } from '../testing/fake-cluster.ts';
import {
  balancerFairness,
  balancerPlaces,
  looksPerMinute,
  flowOfBalancer,
  flowOfChange,
  flowOfObject,
} from './flows.ts';

let cluster: FakeCluster;
let seen: BalancerState | undefined;
beforeEach(() => {
  cluster = new FakeCluster();
  cluster.putService(aService());
  const observed = anObserved({
    listeners: [aListener()],
    targets: [aTarget(), aTarget({ ip: '10.0.0.2', tag: 'uid-web-2' })],
  });
  seen = { ...unseen(clbId), phase: 'seen', observed, ownerUids: new Set(['uid-web']) };
});

const due = () => flowOfBalancer(clbId, { cluster, state: { of: () => seen } });
const twoPods = (overrides = {}) => {
  cluster.putPod(aPod(overrides));
  cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
};

describe('a look at a CLB', () => {
  test('is a drain while a pod that ends has weight there', () => {
    twoPods({ ending: true });
    expect(due()).toEqual({ priority: 'drain', share: 'shop' });
  });

  test('is a gate while something waits for health there', () => {
    seen = seen && { ...seen, waitsForHealth: true };
    expect(due().priority).toBe('gate');
  });

  test('is a look otherwise', () => {
    twoPods();
    expect(due().priority).toBe('look');
  });

  test('is never a drain where nothing was seen: ending a pod must not push an invented CLB before others', () => {
    twoPods({ ending: true });
    seen = undefined;
    expect(due().priority).toBe('gate');
    seen = { ...unseen(clbId), phase: 'absent' };
    expect(due().priority).toBe('look');
  });

  test('is on account of whoever has a place there, not of who names it too', () => {
    cluster.putService(aService({ namespace: 'other', name: 'guest', uid: 'guest', createdAtMs: -1 }));
    expect(due().share).toBe('shop');
  });

  test('is on account of who named it first where nobody has a place', () => {
    cluster.putService(aService({ namespace: 'other', name: 'guest', uid: 'guest', createdAtMs: 1 }));
    seen = undefined;
    expect(due().share).toBe('shop');
  });
});

describe('a look that a change asks for', () => {
  const look = { priority: 'look', share: 'shop' } as const;
  const pod = aPod({ namespace: 'other', gate: 'unset' });

  test('is on account of the namespace where the change was', () => {
    const ofOwner = { kind: 'owner', now: cluster.owner('Service/shop/web'), before: undefined } as const;
    expect(flowOfChange(ofOwner, () => look)).toEqual({ ...look, priority: 'change' });
    expect(flowOfChange({ kind: 'pod', now: undefined, before: pod }, () => look).share).toBe('other');
  });

  test('does not ask what is due when a pod changes that does not end', () => {
    const due = () => {
      throw new Error('asked');
    };
    expect(flowOfChange({ kind: 'pod', now: pod, before: undefined }, due).priority).toBe('gate');
  });

  test('is as urgent as what is due there, and a gate while the pod waits for its own', () => {
    expect(flowOfChange({ kind: 'pod', now: pod, before: undefined }, () => look).priority).toBe('gate');
    const ending = { ...pod, ending: true };
    expect(flowOfChange({ kind: 'pod', now: ending, before: pod }, () => look).priority).toBe('change');
    const drain = { priority: 'drain', share: 'shop' } as const;
    expect(flowOfChange({ kind: 'pod', now: ending, before: pod }, () => drain)).toEqual({ ...drain, share: 'other' });
  });
});

test('owners and gates come one namespace after the other', () => {
  expect(flowOfObject('Service/shop/web').share).toBe('shop');
  expect(flowOfObject('shop/web-1').share).toBe('shop');
});

test.each([
  [1, 20],
  [18, 360],
  [1000, 20_000],
])('of %s calls a second one namespace has %s looks a minute', (perSecond, looks) => {
  expect(looksPerMinute(perSecond)).toBe(looks);
  expect(balancerFairness(looks).budget?.burst).toBeGreaterThanOrEqual(10);
});

describe('drains that hang', () => {
  const hanging = (share: string, count: number, places = new Places(balancers)) => {
    const flow: Flow = { priority: 'drain', share };
    for (let n = 0; n < count && places.mayGo(flow, 0); n += 1) places.take(`${share} ${n}`, flow, 0);
    return places;
  };
  const balancers = { concurrency: balancerPlaces, fairness: balancerFairness(360) };

  test('of one namespace have places enough for the whole rate, while no other wants any', () => {
    expect(hanging('other', 1_000).taken).toBeGreaterThanOrEqual(64);
  });

  test('of three namespaces keep none of another waiting', () => {
    const places = ['a', 'b', 'c'].reduce((all, share) => hanging(share, 1_000, all), hanging('other', 1_000));
    expect(hanging('shop', 1, places).at('shop 0')).toBeDefined();
  });
});
