import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { describePlace } from '../core/model/place.ts';
import type { IngressFacts } from '../core/sources/ingress/ingress-facts.ts';
import { aPod, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

/** An Ingress that wants a host of another namespace, and another host that it gets. */
inVirtualTime();

const ips = { shop: '10.0.0.1', team: '10.0.0.2' } as const;
type Namespace = keyof typeof ips;
let world: World;
/** What had targets of both at some time. */
let mixed: string[];
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.clb.addLoadBalancer('lb-two', { vips: ['192.0.2.2'] });
  mixed = [];
  world.clb.before = () => void mixed.push(...mixedNow());
  for (const [namespace, ip] of Object.entries(ips)) {
    world.cluster.putPod(aPod({ namespace, key: `${namespace}/web-1`, uid: namespace, ip }));
    world.cluster.putRelated({ kind: 'Service', namespace, name: 'web' }, aBackendService());
  }
});
afterEach(async () => passing(world.stop()));

const put = (namespace: Namespace, overrides: Partial<IngressFacts>) =>
  world.cluster.ingresses.put(
    anIngress({
      name: namespace,
      namespace,
      uid: `uid-${namespace}`,
      ...overrides,
    }),
  );
const hosts = (...all: readonly string[]) => ({
  paths: all.map((host) => aPath({ host })),
});
const picture = (id = clbId) => Object.keys(world.clb.picture(id));
const lineOf = (host: string, namespace: Namespace) => `80 ${host}//${ips[namespace]}:8080`;
const isServed = (host: string, namespace: Namespace, id = clbId) => picture(id).includes(lineOf(host, namespace));
const mixedNow = () => ['a.com', 'b.com'].filter((host) => isServed(host, 'shop') && isServed(host, 'team'));
const recorded = (uid: string) =>
  world.cluster.recordOf(clbId)?.owners.flatMap((one) => (one.uid === uid ? (one.rules ?? []) : [])) ?? [];

const other = aPath({ host: 'a.com', path: '/other', pathType: 'Exact' });
const onTop = (host: string) => ({
  createdAtMs: 1,
  paths: [other, aPath({ host })],
});

/** The host is that of shop, and the older Ingress of team waits for it. */
async function waiting(overrides: Partial<IngressFacts> = {}): Promise<void> {
  put('shop', { createdAtMs: 2, ...hosts('a.com') });
  world.start({ placeRules: forEveryone });
  await until(() => isServed('a.com', 'shop'));
  put('team', { createdAtMs: 1, ...hosts('a.com', 'b.com'), ...overrides });
  await until(() => isServed('b.com', 'team'));
  await passMs(500);
}

test('Its record does not name the rule, and nothing that it has elsewhere waits for it.', async () => {
  await waiting(onTop('b.com'));
  expect(recorded('uid-team').map(describePlace)).toEqual(['HTTP/80 b.com/']);
  put('team', { ...onTop('c.com'), hasFinalizer: true });
  await until(() => isServed('c.com', 'team') && !isServed('b.com', 'team'));
  expect(world.clb.listenersOf(clbId)[0]?.rules.map(({ domain }) => domain)).not.toContain('b.com');
  expect(isServed('a.com', 'shop')).toBe(true);
});

test('A redirect that a person makes at a rule of the host stays, although it asks for redirects.', async () => {
  const certificate = JSON.stringify([{ hosts: ['a.com', 'b.com'], qcloud_cert_id: ['one'] }]);
  const secure = { [ingressAnnotation.autoRewrite]: 'true', [ingressAnnotation.certificate]: certificate };
  const redirects = () => world.clb.listenersOf(clbId).flatMap((one) => one.redirects ?? []);
  await waiting();
  put('shop', { createdAtMs: 2, ...hosts('a.com', 'c.com'), hasFinalizer: true });
  put('team', { createdAtMs: 1, ...hosts('a.com', 'b.com'), annotations: { ...onExisting, ...secure } });
  await until(() => isServed('c.com', 'shop') && redirects().some(({ domain }) => domain === 'b.com'));
  const at = (host: string) => {
    const listener = world.clb.listenersOf(clbId).find(({ port }) => port === 80);
    const rule = listener?.rules.find(({ domain }) => domain === host);
    return { listenerId: listener?.id ?? '', locationId: rule?.locationId ?? '' };
  };
  world.clb.balancers.get(clbId)?.createRedirect({
    kind: 'create-redirect',
    place: { protocol: 'HTTP', port: 80, domain: 'a.com', url: '/' },
    ...at('a.com'),
    to: at('c.com'),
    code: 302,
    takesUrl: true,
    owners: [],
    reason: 'wanted',
  });
  put('shop', { createdAtMs: 2, ...hosts('a.com', 'c.com', 'd.com'), hasFinalizer: true });
  await until(() => isServed('d.com', 'shop'));
  await passMs(1_000);
  expect(
    redirects()
      .map(({ domain }) => domain)
      .toSorted(),
  ).toEqual(['a.com', 'b.com']);
  const ofTeam = world.cluster.recordOf(clbId)?.owners.find(({ uid }) => uid === 'uid-team')?.redirects;
  expect(ofTeam?.map(describePlace)).toEqual(['HTTP/80 b.com/']);
});

describe('while a host is kept for whoever had it', () => {
  const isTaken = () => picture().some((line) => line.includes('a.com') && line.includes(ips.team));
  beforeEach(async () => {
    put('shop', { createdAtMs: 2, ...hosts('a.com') });
    world.start({ placeRules: { ...forEveryone, reservationMs: 10_000 } });
    await until(() => isServed('a.com', 'shop'));
    put('team', onTop('b.com'));
    await until(() => isServed('b.com', 'team'));
  });

  test('an Ingress that is made again gets it, whoever is older', async () => {
    world.cluster.ingresses.delete('shop/shop');
    await until(() => world.cluster.ingresses.get('shop/shop') === undefined);
    await passMs(5_000);
    put('shop', { createdAtMs: 3, uid: 'uid-again', ...hosts('a.com') });
    await until(() => isServed('a.com', 'shop'));
    await passMs(15_000);
    expect([isServed('a.com', 'shop'), isTaken(), mixed]).toEqual([true, false, []]);
  });

  test('it passes to who waits for it after that time', async () => {
    world.cluster.ingresses.delete('shop/shop');
    await passMs(8_000);
    expect(isTaken()).toBe(false);
    await passMs(4_000);
    expect(isTaken()).toBe(true);
  });
});

test('A host whose owner moves away never has targets of both.', async () => {
  await waiting();
  const annotations = {
    ...onExisting,
    [ingressAnnotation.existingLoadBalancer]: 'lb-two',
  };
  put('shop', {
    createdAtMs: 2,
    ...hosts('a.com'),
    annotations,
    hasFinalizer: true,
  });
  await until(() => isServed('a.com', 'shop', 'lb-two') && isServed('a.com', 'team'));
  expect(mixed).toEqual([]);
});
