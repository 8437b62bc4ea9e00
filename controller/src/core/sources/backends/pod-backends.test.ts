import { describe, expect, test } from '@jest/globals';
import {
  aBinding,
  aListener,
  anObserved,
  anOwner,
  aPod,
  aTarget,
  claimOf,
  podFacts,
  someFacts,
} from '../../../testing/builders.ts';
import type { TargetAnswer } from '../../model/clb-port.ts';
import type { PodView } from '../../model/pod-view.ts';
import { targetKey } from '../../model/target.ts';
import { planChanges } from '../../plan/plan.ts';

/** What pods become behind a listener that has these targets. */
function wanted(pods: readonly PodView[], targets: readonly TargetAnswer[] = [], binding = aBinding()) {
  const observed = anObserved({ listeners: [aListener()], targets });
  const claims = [{ ...claimOf(anOwner()), bindings: [binding] }];
  const { bound } = planChanges(someFacts({ observed, claims, ...podFacts(pods) }));
  return bound
    .flatMap((one) => one.wanted)
    .map(({ ip, port, backend }) => `${backend.id} ${ip}:${port} ${backend.weight}`);
}

const open = { status: 'True', reason: '', message: '' } as const;
const gone = { ending: true, containersGone: true };

describe('the targets that a pod should be', () => {
  test.each<[string, Partial<PodView>, string[], string[]]>([
    ['a ready pod', {}, ['uid-web-1 10.0.0.1:8080 10'], ['uid-web-1 10.0.0.1:8080 10']],
    ['an unready pod', { containersReady: false }, [], ['uid-web-1 10.0.0.1:8080 0']],
    ['an ending pod', { ending: true }, [], ['uid-web-1 10.0.0.1:8080 0']],
    ['an ending pod that is unready', { ending: true, containersReady: false }, [], ['uid-web-1 10.0.0.1:8080 0']],
    ['an ending pod whose containers are gone', gone, [], []],
    ['a finished pod', { finished: true }, [], []],
    [
      'a pod with an open gate that another gate holds back',
      { gate: open, otherGateFalse: true },
      [],
      ['uid-web-1 10.0.0.1:8080 0'],
    ],
    [
      'a pod without our gate that another gate holds back',
      { gate: 'absent', otherGateFalse: true },
      [],
      ['uid-web-1 10.0.0.1:8080 0'],
    ],
    [
      'a pod that another gate holds back while ours is closed',
      { otherGateFalse: true },
      ['uid-web-1 10.0.0.1:8080 10'],
      ['uid-web-1 10.0.0.1:8080 10'],
    ],
    ['a pod without an IP', { ip: undefined }, [], []],
    ['a pod in the host network', { network: 'host' }, [], []],
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
    expect(wanted(pods, [], aBinding({ backends: { ...aBinding().backends, targetPort: 'http' } }))).toEqual([
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
