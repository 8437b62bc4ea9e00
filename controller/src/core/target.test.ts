import { describe, expect, test } from '@jest/globals';
import { aBinding, aPod, aTarget } from '../testing/builders.ts';
import type { ObservedTarget } from './clb-port.ts';
import { targetKey, wantedTargets } from './target.ts';
import type { PodView } from './views.ts';

function wanted(pods: readonly PodView[], observed: readonly ObservedTarget[] = [], binding = aBinding()) {
  const byKey = new Map(observed.map((target) => [targetKey(target), target]));
  const targets = wantedTargets({ binding, listenerId: 'lbl-1' }, pods, byKey, 10);
  return targets.map(({ ip, port, weight, tag }) => `${tag} ${ip}:${port} ${weight}`);
}

const gone = { ending: true, containersGone: true };

describe('the targets that a pod should be', () => {
  test.each<[string, Partial<PodView>, string[], string[]]>([
    ['a ready pod', {}, ['uid-web-1 10.0.0.1:8080 10'], ['uid-web-1 10.0.0.1:8080 10']],
    ['an unready pod', { containersReady: false }, [], ['uid-web-1 10.0.0.1:8080 0']],
    ['an ending pod', { ending: true }, [], ['uid-web-1 10.0.0.1:8080 0']],
    ['an ending pod that is unready', { ending: true, containersReady: false }, [], ['uid-web-1 10.0.0.1:8080 0']],
    ['an ending pod whose containers are gone', gone, [], []],
    ['a finished pod', { finished: true }, [], []],
    ['a pod without an IP', { ip: undefined }, [], []],
    ['a pod in the host network', { hostNetwork: true }, [], []],
  ])('%s', (_, pod, ifNew, ifObserved) => {
    expect(wanted([aPod(pod)])).toEqual(ifNew);
    expect(wanted([aPod(pod)], [aTarget()])).toEqual(ifObserved);
  });

  test('a named port may differ from pod to pod; a pod without it is no target', () => {
    const pods = [
      aPod({ namedPorts: { 'TCP/http': 8080 } }),
      aPod({ name: 'web-2', ip: '10.0.0.2', namedPorts: { 'TCP/http': 9090 } }),
      aPod({ name: 'web-3', ip: '10.0.0.3' }),
    ];
    expect(wanted(pods, [], aBinding({ targetPort: 'http' }))).toEqual([
      'uid-web-1 10.0.0.1:8080 10',
      'uid-web-2 10.0.0.2:9090 10',
    ]);
  });

  test.each<[string, Partial<PodView>, Partial<PodView>, string]>([
    ['the ready one', { ending: true }, {}, 'uid-b 10.0.0.1:8080 10'],
    ['the unready one before an ending one', { ending: true }, { containersReady: false }, 'uid-b 10.0.0.1:8080 0'],
    ['the younger of two ready ones', { createdAtMs: 1 }, { createdAtMs: 2 }, 'uid-b 10.0.0.1:8080 10'],
  ])('an address that two pods claim belongs to %s, in whatever order they come', (_, a, b, expected) => {
    const pods = [aPod({ ...a, uid: 'uid-a' }), aPod({ ...b, uid: 'uid-b' })];
    expect(wanted(pods, [aTarget()])).toEqual([expected]);
    expect(wanted(pods.toReversed(), [aTarget()])).toEqual([expected]);
  });

  test('an IPv6 address and its port stay apart in the key', () => {
    expect(targetKey(aTarget({ ip: '2001:db8::1' }))).toBe('lbl-1/2001:db8::1:8080');
  });
});
