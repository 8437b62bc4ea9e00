import { describe, expect, test } from '@jest/globals';
import { aListedBinding, anOwner, aPod } from '../../testing/builders.ts';
import { selects } from '../model/binding.ts';
import { balancersOf, listedAddresses, type OwnerView } from '../model/owner-view.ts';
import { addressesOf, hasClosedGate, isAwaited, type PodView } from '../model/pod-view.ts';
import { awaitedPodsOf, triggersOf, type Change } from './triggers.ts';

const api = anOwner({
  name: 'api',
  selector: { app: 'api' },
  existingLoadBalancer: 'lb-api',
  recordedLoadBalancers: ['lb-api', 'lb-was'],
});
const elsewhere = anOwner({ namespace: 'other', existingLoadBalancer: 'lb-other', recordedLoadBalancers: [] });
const listedIp = '10.0.0.7';
const standingIp = '10.0.0.8';
const listing: OwnerView = {
  ...anOwner({ name: 'plain', selector: {}, existingLoadBalancer: 'lb-listed', recordedLoadBalancers: [] }),
  bindings: [aListedBinding([{ ip: listedIp, port: 80, ready: true, terminating: false }], 'lb-listed')],
};
const owners = [anOwner(), api, elsewhere, listing];
const open = { status: 'True', reason: '', message: '' } as const;
const closed = { status: 'False', reason: '', message: '' } as const;

function clusterWith(pods: readonly PodView[], referring: readonly OwnerView[] = []) {
  return {
    ownersOn: () => [],
    ownersSelecting: (pod: PodView) =>
      owners.filter(({ podSelectors }) => podSelectors.some((one) => selects(one, pod))),
    ownersListing: (ip: string) => owners.filter((owner) => listedAddresses(owner).includes(ip)),
    ownersReferringTo: () => referring,
    podsSelectedBy: (selector: OwnerView['podSelectors'][number]) => pods.filter((pod) => selects(selector, pod)),
    podsAwaitedIn: (namespace: string) => pods.filter((pod) => pod.namespace === namespace && isAwaited(pod)),
    podsAt: (ip: string) => pods.filter((pod) => addressesOf(pod).includes(ip)),
  };
}

function listed(change: Change, pods: readonly PodView[], referring: readonly OwnerView[] = []) {
  const triggers = triggersOf(change, clusterWith(pods, referring), (pod) =>
    pod.ip === standingIp ? ['lb-standing'] : [],
  );
  return {
    balancers: [...triggers.balancers].toSorted(),
    owners: [...triggers.owners],
    gates: [...triggers.gates].toSorted(),
  };
}

function podTriggers(now: PodView | undefined, before: PodView | undefined) {
  return listed({ kind: 'pod', now, before }, []);
}

describe('a change of a pod', () => {
  test.each<[string, PodView | undefined, PodView | undefined, string[], string[]]>([
    ['a new pod triggers its CLB and its gate', aPod(), undefined, ['lb-one'], ['shop/web-1']],
    ['a pod that went triggers its CLB', undefined, aPod(), ['lb-one'], []],
    ['a pod without a gate triggers no gate', aPod({ gate: 'absent' }), undefined, ['lb-one'], []],
    ['our own gate patch triggers no CLB', aPod({ gate: open }), aPod(), [], []],
    ['a gate that closed again triggers itself', aPod({ gate: closed }), aPod({ gate: open }), [], ['shop/web-1']],
    ['readiness triggers the CLB', aPod({ gate: open }), aPod({ gate: open, containersReady: false }), ['lb-one'], []],
    ['ending triggers the CLB', aPod({ gate: open, ending: true }), aPod({ gate: open }), ['lb-one'], []],
    ['a new IP triggers the CLB', aPod({ gate: open, ip: '10.0.0.9' }), aPod({ gate: open }), ['lb-one'], []],
    ['a weight triggers the CLB', aPod({ gate: open, customWeight: '5' }), aPod({ gate: open }), ['lb-one'], []],
    ['a second IP triggers the CLB', aPod({ gate: open, moreIps: ['::1'] }), aPod({ gate: open }), ['lb-one'], []],
    ['another pod of that name triggers the CLB', aPod({ gate: open, uid: 'x' }), aPod({ gate: open }), ['lb-one'], []],
    [
      'another gate that turns False triggers the CLB',
      aPod({ gate: open, otherGateFalse: true }),
      aPod({ gate: open }),
      ['lb-one'],
      [],
    ],
    [
      'another gate that is False no longer triggers the CLB',
      aPod({ gate: open }),
      aPod({ gate: open, otherGateFalse: true }),
      ['lb-one'],
      [],
    ],
    [
      'our own gate patch triggers the CLB when another gate is False, as that counts from now on',
      aPod({ gate: open, otherGateFalse: true }),
      aPod({ otherGateFalse: true }),
      ['lb-one'],
      [],
    ],
    ['another gate triggers no CLB before ours is open', aPod({ otherGateFalse: true }), aPod(), [], ['shop/web-1']],
    [
      'a changed label triggers the CLBs of the old and of the new Service',
      aPod({ gate: open, labels: { app: 'api' } }),
      aPod({ gate: open }),
      ['lb-api', 'lb-one', 'lb-was'],
      [],
    ],
    [
      'a pod that a Service without a selector lists triggers its CLB, and its gate by itself',
      aPod({ labels: {}, ip: listedIp }),
      undefined,
      ['lb-listed'],
      ['shop/web-1'],
    ],
    [
      'a pod that leaves an address which is listed triggers the CLB, whatever its namespace',
      aPod({ namespace: 'other', labels: {}, gate: open, ip: '10.0.0.9' }),
      aPod({ namespace: 'other', labels: {}, gate: open, moreIps: [listedIp] }),
      ['lb-listed'],
      [],
    ],
    [
      'a pod that no Service selects triggers the CLB that has a target at its address',
      aPod({ labels: {}, gate: open, ip: standingIp, ending: true }),
      aPod({ labels: {}, gate: open, ip: standingIp }),
      ['lb-standing'],
      [],
    ],
    [
      'a pod that left such an address triggers that CLB',
      undefined,
      aPod({ labels: {}, gate: open, ip: standingIp }),
      ['lb-standing'],
      [],
    ],
    ['a pod that no Service selects triggers its gate alone', aPod({ labels: {} }), undefined, [], ['shop/web-1']],
  ])('%s', (_, ...[now, before, balancers, gates]) => {
    expect(podTriggers(now, before)).toEqual({ balancers, owners: [], gates });
  });
});

describe('a change of a Service', () => {
  const waiting = aPod();
  const passed = aPod({ name: 'web-2', gate: open });
  const other = aPod({ name: 'api-1', labels: { app: 'api' } });
  const change = (now: OwnerView | undefined, before: OwnerView | undefined) =>
    listed({ kind: 'owner', now, before }, [waiting, passed, other]);

  test('triggers itself, its CLB and the closed gates that it selects', () => {
    expect(change(anOwner(), undefined)).toEqual({
      balancers: ['lb-one'],
      owners: ['Service/shop/web'],
      gates: ['shop/web-1'],
    });
  });

  test('that is only our own condition triggers itself alone', () => {
    const shown = anOwner({ condition: { status: 'True', reason: 'LoadBalancerEnsured', message: 'm' } });
    expect(change(shown, anOwner())).toEqual({ balancers: [], owners: ['Service/shop/web'], gates: [] });
    expect(change(anOwner(), shown)).toEqual({ balancers: [], owners: ['Service/shop/web'], gates: [] });
    expect(change({ ...shown, createdAtMs: 1 }, anOwner()).balancers).toEqual(['lb-one']);
  });

  test('that is only our own condition is told apart however deep what it refers to is', () => {
    const spec: unknown = JSON.parse('['.repeat(9_990) + ']'.repeat(9_990));
    const owner = { ...anOwner(), autoConfig: { name: 'web-auto-service-config', found: { spec } } };
    const shown = { ...owner, condition: { status: 'True', reason: 'LoadBalancerEnsured', message: 'm' } } as const;
    expect(change(shown, owner)).toEqual({ balancers: [], owners: ['Service/shop/web'], gates: [] });
  });

  test('triggers those of before too', () => {
    const now = anOwner({ selector: { app: 'api' }, existingLoadBalancer: 'lb-two' });
    expect(change(now, anOwner())).toEqual({
      balancers: ['lb-one', 'lb-two'],
      owners: ['Service/shop/web'],
      gates: ['shop/api-1', 'shop/web-1'],
    });
    expect(change(undefined, anOwner())).toMatchObject({ balancers: ['lb-one'], gates: ['shop/web-1'] });
  });
});

test('of owners the pods are found whose gates wait, and each of their selectors is asked once', () => {
  const pods = [
    aPod(),
    aPod({ name: 'open', gate: open }),
    aPod({ name: 'api-1', labels: { app: 'api' } }),
    aPod({ name: 'listed', ip: listedIp, labels: {} }),
    aPod({ namespace: 'other', name: 'far', ip: listedIp }),
  ];
  const found = (...some: OwnerView[]) => awaitedPodsOf(some, clusterWith(pods)).map(({ key }) => key);
  expect(found(anOwner())).toEqual(['shop/web-1']);
  expect(found(api, elsewhere)).toEqual(['shop/api-1', 'other/far']);
  expect(found(listing)).toEqual(['shop/listed']);
  let reads = 0;
  const labels = Object.defineProperty({}, 'app', { get: () => String((reads += 1)), enumerable: true }) as {
    readonly app: string;
  };
  const sharing = { ...anOwner(), podSelectors: Array.from({ length: 50 }, () => ({ namespace: 'shop', labels })) };
  expect(found(sharing, sharing)).toEqual([]);
  expect(reads).toBe(3);
});

test('a gate is closed until its condition is True', () => {
  expect(hasClosedGate(aPod())).toBe(true);
  expect(hasClosedGate(aPod({ gate: closed }))).toBe(true);
  expect(hasClosedGate(aPod({ gate: { ...closed, status: 'Unknown' } }))).toBe(true);
  expect(hasClosedGate(aPod({ gate: open }))).toBe(false);
  expect(hasClosedGate(aPod({ gate: 'absent' }))).toBe(false);
});

test('an unreadable CLB id does not hide the CLBs that were recorded', () => {
  expect(balancersOf(anOwner({ existingLoadBalancer: '?' }))).toEqual(['lb-one']);
});
