import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { aNewService, aPod, aTarget, clbId } from '../testing/builders.ts';
import { anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, worldWithBackend, type World } from '../testing/world.ts';

/** Rules that people make on listeners of ours. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

const byHand = { locationId: 'loc-hand', domain: 'hand.com', url: '/x', settings: {} };
const ofHost = { ...byHand, locationId: 'loc-of-host', domain: 'a.com' };
const listener = () => world.clb.listenersOf(clbId)[0];
const ids = () => (listener()?.rules ?? []).map(({ locationId }) => locationId);
const addByHand = (rule = byHand) => {
  const found = listener();
  if (found !== undefined) world.clb.addListener(clbId, { ...found, rules: [...found.rules, rule] });
};
const told = () => world.cluster.announcements.filter(({ reason }) => reason === 'RuleByHand');
const isServed = () => Object.keys(world.clb.picture(clbId)).length > 0;
const specify = { 'service.cloud.tencent.com/specify-protocol': JSON.stringify({ 80: { protocol: ['HTTP'] } }) };

/** How each kind of owner comes and goes. */
const owners = {
  'an Ingress': {
    put: () => world.cluster.ingresses.put(anIngress({ paths: [aPath({ host: 'a.com' })] })),
    delete: () => world.cluster.ingresses.delete('shop/site'),
    isGone: () => world.cluster.ingresses.get('shop/site') === undefined,
    key: 'shop/site',
  },
  'a Service': {
    put: () => world.cluster.putService(aNewService({ annotations: specify })),
    delete: () => world.cluster.deleteService('shop/web'),
    isGone: () => world.cluster.service('shop/web') === undefined,
    key: 'shop/web',
  },
} as const;

describe.each(Object.entries(owners))('a rule that a person makes on a listener of %s', (_, owner) => {
  test('is told once to the owner with what it is, and stays as it is, also when the owner goes', async () => {
    owner.put();
    world.start({ resyncMs: 300 });
    await until(isServed);
    addByHand();
    await until(() => told().length > 0);
    await passMs(1_500);
    expect(told()).toMatchObject([{ about: owner.key, type: 'Warning' }]);
    for (const name of ['listener lbl-1 (HTTP/80) of lb-one', 'loc-hand', 'Delete']) {
      expect(told()[0]?.message).toContain(name);
    }
    owner.delete();
    await until(() => owner.isGone());
    await passMs(1_000);
    expect(ids()).toEqual(['loc-hand']);
    expect(told().map(({ message }) => message.includes('it stays'))).toEqual([false, true]);
    expect(world.clb.writes.flatMap(({ keys }) => keys).filter((key) => key.includes('hand'))).toEqual([]);
  });
});

test('Its host and path are told to who has the host, and to nobody else.', async () => {
  owners['an Ingress'].put();
  world.start({ resyncMs: 300 });
  await until(isServed);
  addByHand();
  addByHand(ofHost);
  await until(() => told().length > 0);
  expect(told()[0]?.message).toContain('loc-hand, loc-of-host (a.com/x)');
});

test('A rule that an owner comes to want is a conflict, and is left alone until the person deletes it.', async () => {
  owners['an Ingress'].put();
  world.start({ resyncMs: 300 });
  await until(isServed);
  addByHand();
  const paths = [aPath({ host: 'a.com' }), aPath({ host: 'hand.com', path: '/x', pathType: 'ImplementationSpecific' })];
  world.cluster.ingresses.change('shop/site', { paths });
  await until(() => world.cluster.said('RuleConflict') > 0);
  await passMs(1_000);
  expect(ids()).toContain('loc-hand');
  expect(Object.keys(world.clb.picture(clbId))).toHaveLength(1);
  const found = listener();
  const rules = found?.rules.filter(({ locationId }) => locationId !== 'loc-hand') ?? [];
  if (found !== undefined) world.clb.addListener(clbId, { ...found, rules });
  await until(() => Object.keys(world.clb.picture(clbId)).length === 2);
});

test('After its record is lost, a rule that waits for its certificate is its own, and not made by hand.', async () => {
  const secret: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'cert' };
  const certificate = { certificateId: 'one', caCertificateId: undefined };
  const tls = [{ hosts: ['a.com'], secretName: 'cert' }];
  world.cluster.putRelated(secret, certificate);
  world.cluster.ingresses.put(anIngress({ paths: [aPath({ host: 'a.com' }), aPath({ host: 'b.com' })], tls }));
  world.start({ resyncMs: 300 });
  await until(() => Object.keys(world.clb.picture(clbId)).length === 2);
  await passing(world.stop());

  world.cluster.putRelated(secret, undefined);
  world.cluster.putRecord(clbId, []);
  world.start({ resyncMs: 300 });
  await passMs(3_000);
  world.cluster.putRelated(secret, certificate);
  await passMs(1_000);
  world.cluster.putPod(aPod({ name: 'web-2', uid: 'uid-2', ip: '10.0.0.2' }));
  await until(() => Object.keys(world.clb.picture(clbId)).length === 4);
  expect(told()).toEqual([]);
});

test.each([
  ['may not use', {}],
  ['may use', { placeRules: forEveryone }],
])('A Service of another namespace that wants its place on a CLB that it %s leaves the rule.', async (_, options) => {
  const rule = { ...byHand, url: '/' };
  const target = aTarget({ listenerId: 'lbl-1', locationId: 'loc-hand', ip: '10.9.9.9', tag: '' });
  owners['an Ingress'].put();
  world.start({ resyncMs: 300, ...options });
  await until(isServed);
  const found = listener();
  if (found !== undefined) world.clb.addListener(clbId, { ...found, rules: [...found.rules, rule] });
  world.clb.addTarget(clbId, target);
  const hosts = { 'hand.com': {} };
  const annotations = {
    'service.cloud.tencent.com/specify-protocol': JSON.stringify({ 80: { protocol: ['HTTP'], hosts } }),
  };
  world.cluster.putService(aNewService({ namespace: 'evil', name: 'api', uid: 'uid-evil', annotations }));
  await passMs(3_000);
  world.cluster.deleteService('evil/api');
  await passMs(60_000);
  expect(ids()).toContain('loc-hand');
  expect(world.clb.picture(clbId)).toMatchObject({ '80 hand.com//10.9.9.9:8080': 10 });
});
