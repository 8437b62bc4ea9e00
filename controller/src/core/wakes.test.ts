import { describe, expect, test } from '@jest/globals';
import { aPod, aService } from '../testing/builders.ts';
import type { PodView, ServiceView } from './views.ts';
import { hasClosedGate, loadBalancersOf, wakesOfPod, wakesOfService, type Wakes } from './wakes.ts';

const api = aService({
  name: 'api',
  selector: { app: 'api' },
  existingLoadBalancer: 'lb-api',
  recordedLoadBalancers: ['lb-api', 'lb-was'],
});
const elsewhere = aService({ namespace: 'other', existingLoadBalancer: 'lb-other', recordedLoadBalancers: [] });
const services = [aService(), api, elsewhere];
const open = { status: 'True', reason: '', message: '' } as const;
const closed = { status: 'False', reason: '', message: '' } as const;

function neighboursWith(pods: readonly PodView[]) {
  return {
    servicesIn: (namespace: string) => services.filter((service) => service.namespace === namespace),
    podsIn: (namespace: string) => pods.filter((pod) => pod.namespace === namespace),
  };
}

function listed({ balancers, services, gates }: Wakes) {
  return { balancers: [...balancers], services: [...services], gates: [...gates] };
}

function podWakes(now: PodView | undefined, before: PodView | undefined) {
  return listed(wakesOfPod(now, before, neighboursWith([])));
}

describe('a change of a pod', () => {
  test.each<[string, PodView | undefined, PodView | undefined, string[], string[]]>([
    ['a new pod wakes its CLB and its gate', aPod(), undefined, ['lb-one'], ['shop/web-1']],
    ['a pod that went wakes its CLB', undefined, aPod(), ['lb-one'], []],
    ['a pod without a gate wakes no gate', aPod({ gate: 'absent' }), undefined, ['lb-one'], []],
    ['our own gate patch wakes no CLB', aPod({ gate: open }), aPod(), [], []],
    ['a gate that closed again wakes itself', aPod({ gate: closed }), aPod({ gate: open }), [], ['shop/web-1']],
    ['readiness wakes the CLB', aPod({ gate: open }), aPod({ gate: open, containersReady: false }), ['lb-one'], []],
    ['ending wakes the CLB', aPod({ gate: open, ending: true }), aPod({ gate: open }), ['lb-one'], []],
    ['a new IP wakes the CLB', aPod({ gate: open, ip: '10.0.0.9' }), aPod({ gate: open }), ['lb-one'], []],
    ['another pod of that name wakes the CLB', aPod({ gate: open, uid: 'x' }), aPod({ gate: open }), ['lb-one'], []],
    [
      'a changed label wakes the CLBs of the old and of the new Service',
      aPod({ gate: open, labels: { app: 'api' } }),
      aPod({ gate: open }),
      ['lb-one', 'lb-api', 'lb-was'],
      [],
    ],
    ['a pod that no Service selects wakes its gate alone', aPod({ labels: {} }), undefined, [], ['shop/web-1']],
  ])('%s', (_, ...[now, before, balancers, gates]) => {
    expect(podWakes(now, before)).toEqual({ balancers, services: [], gates });
  });
});

describe('a change of a Service', () => {
  const waiting = aPod();
  const passed = aPod({ name: 'web-2', gate: open });
  const other = aPod({ name: 'api-1', labels: { app: 'api' } });
  const change = (now: ServiceView | undefined, before: ServiceView | undefined) =>
    listed(wakesOfService(now, before, neighboursWith([waiting, passed, other])));

  test('wakes itself, its CLB and the closed gates that it selects', () => {
    expect(change(aService(), undefined)).toEqual({
      balancers: ['lb-one'],
      services: ['shop/web'],
      gates: ['shop/web-1'],
    });
  });

  test('wakes those of before too', () => {
    const now = aService({ selector: { app: 'api' }, existingLoadBalancer: 'lb-two' });
    expect(change(now, aService())).toEqual({
      balancers: ['lb-two', 'lb-one'],
      services: ['shop/web'],
      gates: ['shop/web-1', 'shop/api-1'],
    });
    expect(change(undefined, aService())).toMatchObject({ balancers: ['lb-one'], gates: ['shop/web-1'] });
  });
});

test('a gate is closed until its condition is True', () => {
  expect(hasClosedGate(aPod())).toBe(true);
  expect(hasClosedGate(aPod({ gate: closed }))).toBe(true);
  expect(hasClosedGate(aPod({ gate: { ...closed, status: 'Unknown' } }))).toBe(true);
  expect(hasClosedGate(aPod({ gate: open }))).toBe(false);
  expect(hasClosedGate(aPod({ gate: 'absent' }))).toBe(false);
});

test('an unreadable CLB id does not hide the CLBs that were recorded', () => {
  expect(loadBalancersOf(aService({ existingLoadBalancer: '?' }))).toEqual(['lb-one']);
});
