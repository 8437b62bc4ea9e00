import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PodView } from '../core/model/pod-view.ts';
import { aPod } from '../testing/builders.ts';
import { IndexedPods } from './indexed-pods.ts';

let index: IndexedPods;
beforeEach(() => {
  index = new IndexedPods();
});

function put<T extends readonly PodView[]>(...pods: T): T {
  for (const pod of pods) index.put(pod, undefined);
  return pods;
}

const selectedBy = (labels: Readonly<Record<string, string>>) => index.podsSelectedBy({ namespace: 'shop', labels });

describe('the pods that a selector takes', () => {
  test('have all of its labels, and may have others', () => {
    const [front, plain] = put(
      aPod({ labels: { app: 'web', tier: 'front' } }),
      aPod({ name: 'web-2' }),
      aPod({ name: 'far', namespace: 'other' }),
      aPod({ name: 'bare', labels: {} }),
    );
    expect(selectedBy({ app: 'web' })).toEqual([front, plain]);
    expect(selectedBy({ app: 'web', tier: 'front' })).toEqual([front]);
    expect(selectedBy({ tier: 'front', app: 'db' })).toEqual([]);
  });

  test('are none for an empty selector', () => {
    put(aPod());
    expect(selectedBy({})).toEqual([]);
  });

  test('change with a pod', () => {
    const [before] = put(aPod());
    const now = aPod({ labels: { app: 'api' } });
    index.put(now, before);
    expect([selectedBy({ app: 'web' }), selectedBy({ app: 'api' })]).toEqual([[], [now]]);
    index.put(undefined, now);
    expect(selectedBy({ app: 'api' })).toEqual([]);
  });

  test('are found without a look at the pods of other namespaces', () => {
    const looked: string[] = [];
    for (const namespace of ['shop', 'other', 'third']) {
      const pod = aPod({ namespace });
      put(Object.defineProperty({ ...pod }, 'labels', { get: () => (looked.push(namespace), pod.labels) }));
    }
    looked.length = 0;
    expect(selectedBy({ app: 'web' })).toHaveLength(1);
    expect(new Set(looked)).toEqual(new Set(['shop']));
  });
});

test('A dual-stack pod is found at each of its addresses.', () => {
  const [before] = put(aPod({ moreIps: ['2001:db8::1'] }));
  expect([index.podsAt('10.0.0.1'), index.podsAt('2001:db8::1')]).toEqual([[before], [before]]);
  index.put(aPod(), before);
  expect(index.podsAt('2001:db8::1')).toEqual([]);
});

test('Pods at an address are found there until they lose it.', () => {
  const [before, other] = put(aPod(), aPod({ name: 'web-2' }), aPod({ name: 'new', ip: undefined }));
  expect(index.podsAt('10.0.0.1')).toEqual([before, other]);
  index.put(aPod({ ip: undefined }), before);
  index.put(undefined, other);
  expect(index.podsAt('10.0.0.1')).toEqual([]);
});
