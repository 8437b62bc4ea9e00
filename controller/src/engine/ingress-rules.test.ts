import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import { guardDomain } from '../core/model/guard.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { aPod, clbId, limits } from '../testing/builders.ts';
import { aBackend, aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

/** Which rules of Ingresses come and go, and what waits for what. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
  putBackend('web');
});
afterEach(async () => passing(world.stop()));

const service = (name: string): ObjectReference<'Service'> => ({ kind: 'Service', namespace: 'shop', name });
const putBackend = (name: string, app = name) =>
  world.cluster.putRelated(service(name), aBackendService({ selector: { app } }));
const rules = () => world.clb.listenersOf(clbId)[0]?.rules ?? [];
const urls = () =>
  rules()
    .map(({ domain, url }) => domain + url)
    .toSorted();
const defaults = () => rules().flatMap(({ domain, settings }) => (settings.isDefault === true ? [domain] : []));
const exact = (path: string, backend = 'web') =>
  aPath({ host: 'a.com', path, pathType: 'Exact', backend: aBackend(backend) });
const guard = `${guardDomain}=/.clb-direct-guard`;
const isGone = (name: string) => world.cluster.ingresses.get(`shop/${name}`) === undefined;

describe('the guard of a listener', () => {
  test('is its default domain without targets, made with the first rules, so that unknown hosts get 404', async () => {
    world.cluster.ingresses.put(anIngress({ paths: [exact('/a')] }));
    world.start();
    await until(() => urls().length === 2);
    expect([urls(), defaults()]).toEqual([['a.com=/a', guard], [guardDomain]]);
    expect(world.clb.writes.filter(({ action }) => action === 'createRules')).toHaveLength(1);
    await until(() => Object.keys(world.clb.picture(clbId)).length === 1);
  });

  test('gives way to rules without a host, and comes back after them', async () => {
    world.cluster.ingresses.put(anIngress({ paths: [exact('/a')] }));
    world.cluster.ingresses.put(anIngress({ name: 'all', createdAtMs: 2, paths: [aPath()] }));
    world.start();
    await until(() => urls().length === 2);
    expect([urls(), defaults()]).toEqual([['192.0.2.1/', 'a.com=/a'], ['192.0.2.1']]);
    world.cluster.ingresses.delete('shop/all');
    await until(() => isGone('all') && urls().includes(guard));
    await passMs(2_000);
    expect([urls(), defaults()]).toEqual([['a.com=/a', guard], [guardDomain]]);
    world.cluster.ingresses.put(anIngress({ name: 'again', createdAtMs: 3, paths: [aPath()] }));
    await until(() => urls().includes('192.0.2.1/') && !urls().includes(guard));
    expect(defaults()).toEqual(['192.0.2.1']);
  });

  test('is one for all Ingresses, stays when one of them goes, and goes with the last one', async () => {
    for (const [index, name] of ['one', 'two', 'three'].entries()) {
      world.cluster.ingresses.put(anIngress({ name, createdAtMs: index, paths: [exact(`/${name}`)] }));
    }
    world.start();
    await until(() => urls().length === 4);
    const id = rules().find(({ domain }) => domain === guardDomain)?.locationId;
    const ids = () => rules().flatMap(({ domain, locationId }) => (domain === guardDomain ? [locationId] : []));
    for (const name of ['one', 'two']) {
      world.cluster.ingresses.delete(`shop/${name}`);
      await until(() => isGone(name));
      await passMs(2_000);
      expect(ids()).toEqual([id]);
    }
    world.cluster.ingresses.delete('shop/three');
    await until(() => isGone('three'));
    expect(world.clb.listenersOf(clbId)).toEqual([]);
    expect(world.cluster.said('RuleConflict')).toBe(0);
  });
});

describe('a path that is removed', () => {
  const deadAt = (url: string) => {
    world.clb.setHealth(
      'Dead',
      ({ locationId }) => rules().find((rule) => rule.url === url)?.locationId === locationId,
    );
  };

  test('goes although another path of the Ingress is not healthy', async () => {
    world.cluster.ingresses.put(anIngress({ paths: [exact('/a'), exact('/b')] }));
    world.start();
    await until(() => Object.keys(world.clb.picture(clbId)).length === 2);
    deadAt('=/b');
    world.cluster.ingresses.change('shop/site', { paths: [exact('/b')] });
    await until(() => urls().join() === ['a.com=/b', guard].join());
  });

  test('stays until the path that takes its requests serves', async () => {
    world.cluster.ingresses.put(anIngress({ paths: [exact('/a')] }));
    world.start();
    await until(() => Object.keys(world.clb.picture(clbId)).length === 1);
    world.clb.firstHealth = 'Dead';
    world.cluster.ingresses.change('shop/site', { paths: [aPath({ host: 'a.com' })] });
    await until(() => urls().includes('a.com/'));
    await passMs(2_000);
    expect(urls()).toContain('a.com=/a');
    world.clb.setHealth('Alive');
    await until(() => !urls().includes('a.com=/a'));
  });

  test('goes although its Ingress has a path that another Ingress keeps', async () => {
    world.cluster.ingresses.put(anIngress({ name: 'first', createdAtMs: 1, paths: [aPath({ host: 'a.com' })] }));
    world.cluster.ingresses.put(anIngress({ createdAtMs: 2, paths: [exact('/a'), aPath({ host: 'a.com' })] }));
    world.start();
    await until(() => urls().length === 3);
    world.cluster.ingresses.change('shop/site', { paths: [aPath({ host: 'a.com' }), exact('/b')] });
    await until(() => urls().join() === ['a.com/', 'a.com=/b', guard].join());
  });
});

describe('a host of two namespaces', () => {
  const put = (namespace: string, createdAtMs: number, paths: ReturnType<typeof exact>[]) =>
    world.cluster.ingresses.put(anIngress({ name: namespace, namespace, createdAtMs, paths }));
  const own = { ...exact('/own'), host: 'own.com' };

  test('belongs to the one that was first with it, and the other one serves its other hosts', async () => {
    put('shop', 1, [exact('/a')]);
    put('shady', 2, [exact('/a'), exact('/b'), own]);
    world.start({ placeRules: forEveryone });
    await until(() => urls().join() === ['a.com=/a', guard, 'own.com=/own'].join());
    await until(() => world.cluster.said('RuleConflict') > 0);
    await passMs(2_000);
    const told = world.cluster.announcements.filter(({ reason }) => reason === 'RuleConflict');
    expect(
      told.map(({ about, message }) => [about, message.includes('SHARED_HOSTS'), message.includes('shop')]),
    ).toEqual([['shady/shady', true, false]]);
    world.cluster.ingresses.delete('shop/shop');
    await until(() => urls().join() === ['a.com=/a', 'a.com=/b', guard, 'own.com=/own'].join());
  });

  test('is not taken name by name from a wildcard, and a wildcard takes nothing from names', async () => {
    put('shop', 1, [{ ...exact('/a'), host: '*.a.com' }]);
    put('team', 2, [{ ...exact('/a'), host: 'b.net' }]);
    world.start({ placeRules: forEveryone });
    await until(() => urls().length === 3);
    put('shady', 3, [
      { ...exact('/a'), host: 'pay.a.com' },
      { ...exact('/a'), host: '*.net' },
    ]);
    await until(() => world.cluster.said('RuleConflict') > 0);
    await passMs(2_000);
    expect(urls()).toEqual(expect.arrayContaining(['~^[^.]+\\.a\\.com$=/a', '~^[^.]+\\.net$=/a', 'b.net=/a']));
    expect(urls()).not.toContain('pay.a.com=/a');
  });

  test('is for both where an administrator lets namespaces share hosts', async () => {
    put('shop', 1, [exact('/a')]);
    put('shady', 2, [exact('/a'), exact('/b')]);
    world.start({ placeRules: { ...forEveryone, sharesHosts: true } });
    await until(() => urls().join() === ['a.com=/a', 'a.com=/b', guard].join());
  });
});

test('By the setting the check of a rule is the readiness probe, and changes under no traffic.', async () => {
  const check = () => rules().find(({ url }) => url === '=/a')?.settings.healthCheck?.HttpCheckPath;
  const isTold = (text: string) =>
    world.cluster.announcements.some(({ reason, message }) => {
      return reason === 'HealthCheckFromProbe' && message.includes(text);
    });
  const podOf = (name: string, ip: string, path: string) => aPod({ name, ip, httpProbes: [{ port: 8080, path }] });
  world.cluster.putPod(podOf('web-1', '10.0.0.1', '/ready'));
  world.cluster.ingresses.put(anIngress({ paths: [exact('/a')] }));
  world.start({ limits: { ...limits, checksFromProbes: true } });
  await until(() => check() === '/ready' && isTold('(GET /ready)'));
  world.cluster.putPod(podOf('web-2', '10.0.0.2', '/passes'));
  await until(() => world.clb.picture(clbId)['80 a.com=/a/10.0.0.2:8080'] === 10);
  world.cluster.removePod('shop/web-1');
  await until(() => isTold('=/a (/ready)'));
  expect(check()).toBe('/ready');
  world.clb.firstHealth = 'Dead';
  world.cluster.putPod(podOf('web-3', '10.0.0.3', '/fails-ready'));
  await until(() => check() === '/');
});

describe('an Ingress that is broken', () => {
  test('delays no other one on its CLB: a rule that is refused and pods that are not healthy are its own', async () => {
    world.cluster.putPod(aPod({ name: 'sick-1', ip: '10.0.0.2', labels: { app: 'sick' } }));
    putBackend('sick');
    world.clb.refuseRule = ({ place }) =>
      place.url === '=/bad' ? new CloudError('no', { kind: 'refused', code: 'X', action: 'CreateRule' }) : undefined;
    world.cluster.ingresses.put(
      anIngress({ name: 'broken', createdAtMs: 1, paths: [exact('/bad'), exact('/s', 'sick')] }),
    );
    world.cluster.ingresses.put(anIngress({ createdAtMs: 2, paths: [exact('/a')] }));
    world.start();
    await until(() => urls().length === 3);
    world.clb.setHealth('Dead', ({ ip }) => ip === '10.0.0.2');
    expect(urls()).toEqual(['a.com=/a', 'a.com=/s', guard]);
    world.cluster.ingresses.change('shop/site', { paths: [exact('/b')] });
    await until(() => urls().join() === ['a.com=/b', 'a.com=/s', guard].join());
    world.cluster.ingresses.delete('shop/broken');
    await until(() => isGone('broken'));
    expect(urls()).toEqual(['a.com=/b', guard]);
  });
});

test('The domain of a CLB is no host there: nothing is made for it, it is told, and the rest goes on.', async () => {
  const domain = 'one.clb.example';
  world.clb.addLoadBalancer(clbId, { vips: [], domain });
  world.cluster.ingresses.put(anIngress({ paths: [{ ...exact('/a'), host: domain }, exact('/a')] }));
  world.start();
  await until(() => world.cluster.said('HostUnsupported') > 0);
  await passMs(1_000);
  expect(urls()).toEqual(['a.com=/a', guard]);
  world.cluster.ingresses.delete('shop/site');
  await until(() => isGone('site') && world.clb.listenersOf(clbId).length === 0);
});

describe('at the quota of rules', () => {
  beforeEach(() => {
    world.clb.quota = { rules: 3 };
  });

  test('what fits is served, the oldest Ingress first, and the rest is told', async () => {
    world.cluster.ingresses.put(anIngress({ name: 'first', createdAtMs: 1, paths: [exact('/a'), exact('/b')] }));
    world.cluster.ingresses.put(anIngress({ name: 'next', createdAtMs: 2, paths: [exact('/c'), exact('/d')] }));
    world.start();
    await until(() => rules().length === 3);
    await passMs(2_000);
    expect(urls()).toEqual(['a.com=/a', 'a.com=/b', 'a.com=/c']);
    expect(world.cluster.announcements.filter(({ reason }) => reason === 'QuotaReached')).toContainEqual(
      expect.objectContaining({ about: 'shop/next', message: expect.stringContaining('a.com=/d') }),
    );
  });

  test('a path can be exchanged, and an Ingress deleted, which makes room for others', async () => {
    world.cluster.ingresses.put(anIngress({ name: 'first', createdAtMs: 1, paths: [exact('/a'), exact('/b')] }));
    world.cluster.ingresses.put(anIngress({ name: 'next', createdAtMs: 2, paths: [exact('/c'), exact('/d')] }));
    world.start();
    await until(() => rules().length === 3);
    world.cluster.ingresses.change('shop/first', { paths: [exact('/a'), aPath({ host: 'a.com' })] });
    await until(() => urls().join() === ['a.com/', 'a.com=/a', 'a.com=/c'].join());
    world.cluster.ingresses.delete('shop/first');
    await until(() => isGone('first') && urls().includes('a.com=/d'));
    expect(urls()).toEqual(['a.com=/c', 'a.com=/d', guard]);
  });
});
