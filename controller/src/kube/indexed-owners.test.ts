import { beforeEach, describe, expect, test } from '@jest/globals';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { anOwner, aPod } from '../testing/builders.ts';
import { IndexedOwners } from './indexed-owners.ts';

let index: IndexedOwners;
beforeEach(() => {
  index = new IndexedOwners();
});

function put<T extends readonly OwnerView[]>(...views: T): T {
  for (const view of views) index.put(view, undefined);
  return views;
}

const selecting = (labels: Readonly<Record<string, string>>) => index.ownersSelecting(aPod({ labels }));

describe('owners', () => {
  test('are known by kind, namespace and name', () => {
    const [service] = put(anOwner());
    const ingress: OwnerView = { ...service, kind: 'Ingress', key: 'Ingress/shop/web' };
    put(ingress);
    expect([...index.owners()]).toEqual([service, ingress]);
    expect(index.owner('Service/shop/web')).toBe(service);
    index.put(undefined, service);
    expect([...index.owners()]).toEqual([ingress]);
    expect(index.owner('Service/shop/web')).toBeUndefined();
  });
});

describe('the owners on a CLB', () => {
  test('are those that name it and those that have it in their record, each once', () => {
    const [both, moved] = put(anOwner(), anOwner({ name: 'moved', existingLoadBalancer: 'lb-two' }));
    expect(index.ownersOn('lb-one')).toEqual([both, moved]);
    expect(index.ownersOn('lb-two')).toEqual([moved]);
    expect(index.ownersOn('lb-three')).toEqual([]);
  });

  test('change with an owner', () => {
    const [before] = put(anOwner());
    const now = anOwner({ existingLoadBalancer: 'lb-two', recordedLoadBalancers: ['lb-two'] });
    index.put(now, before);
    expect([index.ownersOn('lb-one'), index.ownersOn('lb-two')]).toEqual([[], [now]]);
    index.put(undefined, now);
    expect(index.ownersOn('lb-two')).toEqual([]);
  });
});

describe('the owners that select a pod', () => {
  test('are all that have its labels in their selector', () => {
    const [web, same] = put(anOwner(), anOwner({ name: 'same' }), anOwner({ name: 'db', selector: { app: 'db' } }));
    expect(selecting({ app: 'web', tier: 'front' })).toEqual([web, same]);
    index.put(undefined, same);
    expect(selecting({ app: 'web' })).toEqual([web]);
  });

  test('must have every label of their selector on the pod, whichever stands first', () => {
    const [front, back] = put(
      anOwner({ name: 'front', selector: { app: 'web', tier: 'front' } }),
      anOwner({ name: 'back', selector: { tier: 'back', app: 'web' } }),
    );
    expect(selecting({ app: 'web', tier: 'front' })).toEqual([front]);
    expect(selecting({ app: 'web', tier: 'back' })).toEqual([back]);
    expect(selecting({ app: 'web' })).toEqual([]);
    expect(selecting({ tier: 'back' })).toEqual([]);
  });

  test('change with their selector', () => {
    const [before] = put(anOwner());
    const now = anOwner({ selector: { app: 'api' } });
    index.put(now, before);
    expect(selecting({ app: 'web' })).toEqual([]);
    expect(selecting({ app: 'api' })).toEqual([now]);
  });

  test('are as they are now, also if they select as before', () => {
    const [before] = put(anOwner());
    const now = anOwner({ ending: true });
    index.put(now, before);
    expect(selecting({ app: 'web' })).toEqual([now]);
  });

  test('are none without a selector, in another namespace, and for a pod without labels', () => {
    put(anOwner({ selector: {} }), anOwner({ name: 'far', namespace: 'other' }));
    expect(selecting({ app: 'web' })).toEqual([]);
    put(anOwner());
    expect(selecting({})).toEqual([]);
  });

  test('may have several selectors, and are found once', () => {
    const podSelectors = [{ app: 'web' }, { tier: 'front' }].map((labels) => ({ namespace: 'shop', labels }));
    const [owner] = put({ ...anOwner(), podSelectors });
    expect(selecting({ app: 'web', tier: 'front' })).toEqual([owner]);
    expect(selecting({ tier: 'front' })).toEqual([owner]);
    index.put(undefined, owner);
    expect(selecting({ app: 'web', tier: 'front' })).toEqual([]);
  });

  test('are found without a look at all the others', () => {
    const looked: string[] = [];
    const names = Array.from({ length: 50 }, (_, number) => `web-${number}`);
    for (const [namespace, name] of names.flatMap((one) => [['shop', one] as const, ['other', one] as const])) {
      const owner = anOwner({ namespace, name, selector: { app: name } });
      const { key, podSelectors } = owner;
      put(Object.defineProperty({ ...owner }, 'podSelectors', { get: () => (looked.push(key), podSelectors) }));
    }
    looked.length = 0;
    expect(selecting({ app: 'web-7', tier: 'front' })).toHaveLength(1);
    expect(looked).toEqual(['Service/shop/web-7']);
  });
});

test('The owners that refer to an object are found by its kind, namespace and name, and change with an owner.', () => {
  const secret: ObjectReference = { kind: 'Secret', namespace: 'shop', name: 'tls' };
  const config: ObjectReference = { ...secret, kind: 'TkeServiceConfig' };
  const [owner] = put({ ...anOwner(), references: [secret] });
  expect(index.ownersReferringTo({ ...secret })).toEqual([owner]);
  for (const other of [config, { ...secret, namespace: 'other' }, { ...secret, name: 'other' }]) {
    expect(index.ownersReferringTo(other)).toEqual([]);
  }
  const now = { ...owner, references: [config] };
  index.put(now, owner);
  expect([index.ownersReferringTo(secret), index.ownersReferringTo(config)]).toEqual([[], [now]]);
});
