import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { aPod, clbId } from '../testing/builders.ts';
import { aBackend, aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

/** Rules of Ingresses of two namespaces. */
inVirtualTime();

const sharing = { placeRules: { ...forEveryone, sharesHosts: true } };
let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  for (const [index, namespace] of ['shop', 'team'].entries()) {
    world.cluster.putPod(aPod({ namespace, key: `${namespace}/web-1`, uid: namespace, ip: `10.0.0.${index + 1}` }));
    const service: ObjectReference<'Service'> = { kind: 'Service', namespace, name: 'web' };
    world.cluster.putRelated(service, aBackendService({ selector: { app: 'web' } }));
  }
});
afterEach(async () => passing(world.stop()));

const path = aPath({ host: 'a.com', path: '/a', pathType: 'Exact', backend: aBackend('web') });
const put = (namespace: string, createdAtMs: number) =>
  world.cluster.ingresses.put(anIngress({ name: namespace, namespace, createdAtMs, paths: [path] }));
const rule = () => world.clb.listenersOf(clbId)[0]?.rules.find(({ domain }) => domain === 'a.com');
const targets = () => Object.entries(world.clb.picture(clbId)).map(([line, weight]) => `${line} ${weight}`);
const isGone = (namespace: string) => world.cluster.ingresses.get(`${namespace}/${namespace}`) === undefined;
const writes = () => world.clb.writes.map(({ action }) => action);
const [ofShop, ofTeam] = ['80 a.com=/a/10.0.0.1:8080 10', '80 a.com=/a/10.0.0.2:8080 10'];

/** The rule is the one of shop, and team waits for it. */
async function waiting(): Promise<string | undefined> {
  put('shop', 1);
  put('team', 2);
  world.start(sharing);
  await until(() => targets().join() === ofShop && world.cluster.said('RuleConflict') > 0);
  return rule()?.locationId;
}

describe('where namespaces share hosts, a rule of an Ingress that is deleted', () => {
  test('passes to the one of another namespace that waits for it, and serves all the time', async () => {
    const id = await waiting();
    world.clb.firstHealth = 'Dead';
    world.cluster.ingresses.delete('shop/shop');
    await until(() => isGone('shop') && targets().length === 2);
    await passMs(2_000);
    expect([rule()?.locationId, targets()[0]]).toEqual([id, ofShop]);
    world.clb.setHealth('Alive');
    await until(() => targets().join() === ofTeam);
    expect(rule()?.locationId).toBe(id);
    expect(writes()).not.toContain('deleteRules');
  });

  test('passes on also when the controller dies before the record names its next owner', async () => {
    const id = await waiting();
    const busy = new CloudError('it is busy', { kind: 'busy', code: 'X', action: 'X' });
    world.clb.fail = (action) => (action === 'register' || action === 'deleteRules' ? busy : undefined);
    world.cluster.ingresses.delete('shop/shop');
    await passing(world.stop());
    world.clb.fail = () => undefined;
    world.start(sharing);
    await until(() => isGone('shop') && targets().join() === ofTeam);
    expect(rule()?.locationId).toBe(id);
  });
});

test('where they do not, it goes with its Ingress, so that no team gets the clients of another one', async () => {
  put('shop', 1);
  put('team', 2);
  world.start({ placeRules: forEveryone });
  await until(() => targets().join() === ofShop && world.cluster.said('RuleConflict') > 0);
  const id = rule()?.locationId;
  world.cluster.ingresses.delete('shop/shop');
  await until(() => isGone('shop') && targets().join() === ofTeam);
  expect(rule()?.locationId).not.toBe(id);
});
