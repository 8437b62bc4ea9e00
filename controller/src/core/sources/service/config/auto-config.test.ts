import { describe, expect, test } from '@jest/globals';
import { aBinding, aListener, anObserved, clbId } from '../../../../testing/builders.ts';
import { unseen, type BalancerState } from '../../../model/balancer-state.ts';
import { bindingKey, type Binding } from '../../../model/binding.ts';
import type { ListenerSettings } from '../../../model/settings.ts';
import { autoSpec } from './auto-config.ts';
import { readTkeServiceConfig } from './tke-service-config.ts';

const standing: ListenerSettings = {
  scheduler: 'LEAST_CONN',
  sessionExpireTime: 60,
  healthCheck: { HealthSwitch: 1, CheckType: 'TCP', IntervalTime: 5, TimeOut: 2, HealthNum: 3, UnHealthNum: 4 },
};
const web = aBinding();
const admin = aBinding({ place: { protocol: 'TCP', port: 90 } });

/** TCP/80 stands with these settings. */
const seen = (settings: ListenerSettings): BalancerState => ({
  ...unseen(clbId),
  phase: 'seen',
  observed: anObserved({ listeners: [aListener({ settings })] }),
  placed: new Map([[bindingKey(web), { id: { listenerId: 'lbl-1' }, wanted: [] }]]),
});
const next = (spec: unknown, bindings: readonly Binding[] = [web], settings = standing) =>
  autoSpec(spec, bindings, () => seen(settings));

const block = {
  protocol: 'TCP',
  port: 80,
  scheduler: 'LEAST_CONN',
  session: { enable: true, sessionExpireTime: 60 },
  healthCheck: { enable: true, intervalTime: 5, timeout: 2, healthNum: 3, unHealthNum: 4 },
};

test('A new block says what stands on the CLB.', () => {
  expect(next(undefined)).toEqual({ loadBalancer: { l4Listeners: [block] } });
});

describe('Nothing is written', () => {
  test('while nothing stands', () => {
    expect(autoSpec(undefined, [web], () => undefined)).toBeUndefined();
    expect(autoSpec(undefined, [web], () => unseen(clbId))).toBeUndefined();
  });

  test.each<[string, unknown]>([
    [
      'has a block for each listener, whatever that says',
      { loadBalancer: { l4Listeners: [{ protocol: 'TCP', port: 80 }] } },
    ],
    ['cannot be understood', 7],
    ['cannot be understood further on', { loadBalancer: [] }],
    ['has no list', { loadBalancer: { l4Listeners: 'all' } }],
  ])('to a spec that %s', (_, spec) => {
    expect(next(spec)).toBeUndefined();
  });
});

test('What people wrote stays, and blocks of ports that are no more go.', () => {
  const own = { protocol: 'TCP', port: 90, scheduler: 'WRR', note: 'mine' };
  const spec = { more: 1, loadBalancer: { l7Listeners: [1], l4Listeners: [own, { protocol: 'TCP', port: 81 }, null] } };
  expect(next(spec, [web, admin])).toEqual({
    more: 1,
    loadBalancer: { l7Listeners: [1], l4Listeners: [own, block] },
  });
});

test.each<[string, ListenerSettings]>([
  ['everything', standing],
  ['no session', { ...standing, sessionExpireTime: 0 }],
  ['no check', { ...standing, healthCheck: { HealthSwitch: 0 } }],
  ['settings that were not shown', { scheduler: 'WRR' }],
])('A block with %s changes nothing when it is read.', (_, settings) => {
  const { listeners, wrong, unread } = readTkeServiceConfig(next(undefined, [web], settings));
  expect([wrong, unread]).toEqual([[], []]);
  expect(settings).toMatchObject(listeners.get('TCP/80') ?? {});
});
