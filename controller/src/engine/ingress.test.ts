import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ingressAnnotation, ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import { guardDomain, isGuard } from '../core/model/guard.ts';
import { describePlace } from '../core/model/place.ts';
import type { BackendService, ObjectReference } from '../core/model/related-objects.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import {
  aBackend,
  aBackendService,
  anIngress,
  aPath as anyPath,
  directAccess,
  onExisting,
} from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();
/** Real time, on a slow machine. */
jest.setTimeout(60_000);

const aPath: typeof anyPath = (overrides) => anyPath({ host: 'a.com', ...overrides });

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
});
afterEach(async () => passing(world.stop()));

const key = 'shop/site';
const service = (name: string): ObjectReference<'Service'> => ({ kind: 'Service', namespace: 'shop', name });
const putBackend = (name: string, facts: BackendService | undefined = aBackendService()) =>
  world.cluster.putRelated(service(name), facts);
const picture = (id = clbId) => world.clb.picture(id);
const allListeners = () => world.clb.listenersOf(clbId);
/** Without the guard of each listener. */
const listeners = () =>
  allListeners().map((one) => ({ ...one, rules: one.rules.filter(({ domain }) => domain !== guardDomain) }));
const gate = (name = 'web-1') => world.cluster.gateOf(`shop/${name}`);
const isOpen = () => gate().startsWith('True');
const recordedRules = () =>
  (world.cluster.recordOf(clbId)?.owners[0]?.rules ?? []).filter((place) => !isGuard({ place })).map(describePlace);
const addresses = () => world.cluster.ingresses.get(key)?.ingress;

describe('an Ingress on a CLB that exists', () => {
  test('has its rules recorded, made and bound; the gate opens, and its address is published', async () => {
    const seen: string[][] = [];
    world.clb.before = (action) => {
      if (action === 'createRules') seen.push(recordedRules());
    };
    putBackend('web');
    world.cluster.ingresses.put(anIngress({ paths: [anyPath({ path: '/a' })] }));
    world.start();
    await until(isOpen);
    expect(seen).toEqual([['HTTP/80 /a/', 'HTTP/80 =/a']]);
    expect(picture()).toEqual({ '80 192.0.2.1/a//10.0.0.1:8080': 10, '80 192.0.2.1=/a/10.0.0.1:8080': 10 });
    expect(listeners()).toMatchObject([{ protocol: 'HTTP', name: expect.stringMatching(/_shared$/) }]);
    await until(() => addresses()?.length === 1);
  });

  test('keeps its finalizer until its rules and its listener are gone', async () => {
    putBackend('web');
    world.cluster.ingresses.put(anIngress({ paths: [aPath()] }));
    world.start();
    await until(isOpen);
    expect(world.cluster.ingresses.get(key)).toMatchObject({ hasFinalizer: true, recordedLoadBalancers: [clbId] });
    world.cluster.ingresses.delete(key);
    await until(() => world.cluster.ingresses.get(key) === undefined);
    expect(listeners()).toEqual([]);
  });

  test('follows its Service to other pods', async () => {
    putBackend('web');
    world.cluster.putPod(aPod({ name: 'api-1', ip: '10.0.0.2', labels: { app: 'api' } }));
    world.cluster.ingresses.put(anIngress({ paths: [aPath()] }));
    world.start();
    await until(isOpen);
    putBackend('web', aBackendService({ selector: { app: 'api' } }));
    await until(() => Object.keys(picture()).join() === '80 a.com//10.0.0.2:8080');
  });

  test('has the check that its annotations ask for, and follows them', async () => {
    putBackend('web');
    const asking = (path: string) => ({ ...onExisting, [ingressAnnotation.healthCheckPath]: path });
    const checked = () => listeners()[0]?.rules.map(({ settings }) => settings.healthCheck?.HttpCheckPath);
    world.cluster.ingresses.put(anIngress({ annotations: asking('/healthz'), paths: [aPath()] }));
    world.start();
    await until(isOpen);
    expect(checked()).toEqual(['/healthz']);
    world.cluster.ingresses.change(key, { annotations: asking('/ready') });
    await until(() => checked()?.join() === '/ready');
  });

  test('whose gate waits for every rule that selects the pod', async () => {
    world.clb.firstHealth = 'Dead';
    putBackend('web');
    world.cluster.ingresses.put(anIngress({ paths: [aPath(), aPath({ path: '/a', pathType: 'Exact' })] }));
    world.start();
    await until(() => Object.keys(picture()).length === 2);
    const isExact = ({ locationId = '' }: { readonly locationId?: string | undefined }) =>
      listeners()[0]?.rules.find(({ url }) => url.startsWith('='))?.locationId === locationId;
    world.clb.setHealth('Alive', isExact);
    await passMs(500);
    expect(gate()).not.toMatch(/^True/);
    world.clb.setHealth('Alive');
    await until(isOpen);
  });

  test('serves its other paths when a Service is missing, and that one as soon as it is there', async () => {
    putBackend('web');
    const paths = [aPath(), aPath({ path: '/api', pathType: 'Exact', backend: aBackend('api') })];
    world.cluster.putPod(aPod({ name: 'api-1', ip: '10.0.0.2', labels: { app: 'api' } }));
    world.cluster.ingresses.put(anIngress({ paths }));
    world.start();
    await until(isOpen);
    await until(() => world.cluster.said('BackendNotFound') === 1);
    await until(() => listeners()[0]?.rules.length === 2);
    expect(picture()).toEqual({ '80 a.com//10.0.0.1:8080': 10 });
    putBackend('api', aBackendService({ selector: { app: 'api' } }));
    await until(() => picture()['80 a.com=/api/10.0.0.2:8080'] === 10);
  });
});

test.each([
  ['[{"HTTP":8080}]', undefined],
  [undefined, '[{"HTTP":8080}]'],
  ['[{"HTTP":80},{"HTTP":8080}]', '[{"HTTP":8080}]'],
  ['[{"HTTP":8080}]', '[{"HTTP":81}]'],
])('While the ports of an Ingress change from %s to %s and back, it is served all the time.', async (...steps) => {
  const at = (ports: string | undefined) => {
    return { ...onExisting, ...(ports === undefined ? {} : { [ingressAnnotation.listenPorts]: ports }) };
  };
  const placesNow = () =>
    listeners()
      .map(({ port }) => port)
      .toSorted();
  const portsOf = (ports: string | undefined) => (ports?.match(/\d+/g) ?? [80]).map(Number).toSorted();
  putBackend('web');
  world.cluster.ingresses.put(anIngress({ annotations: at(steps[0]), paths: [aPath()] }));
  world.start();
  await until(isOpen);
  let least = 1;
  world.clb.before = () => {
    least = Math.min(least, Object.values(picture()).filter((weight) => weight > 0).length);
  };
  for (const ports of [...steps.slice(1), steps[0]]) {
    world.cluster.ingresses.change(key, { annotations: at(ports) });
    await until(() => placesNow().join() === portsOf(ports).join());
  }
  expect(least).toBe(1);
});

test('An Ingress that names no CLB gets one of its own, which goes with it.', async () => {
  putBackend('web');
  world.cluster.ingresses.put(anIngress({ annotations: directAccess, paths: [aPath()] }));
  world.start();
  await until(isOpen);
  const id = world.cluster.ingresses.get(key)?.shownInUse ?? '';
  expect(picture(id)).toEqual({ '80 a.com//10.0.0.1:8080': 10 });
  world.cluster.ingresses.delete(key);
  await until(() => world.cluster.ingresses.get(key) === undefined);
  await until(() => !world.clb.balancers.has(id));
});

test('Ingresses and a Service share a CLB, and the older of two with one path keeps it.', async () => {
  putBackend('web');
  const paths = [aPath({ host: 'a.com' })];
  world.cluster.putService(aNewService({ ports: [{ name: '', protocol: 'TCP', port: 81, targetPort: 8080 }] }));
  world.cluster.ingresses.put(anIngress({ paths, createdAtMs: 1 }));
  world.cluster.ingresses.put(
    anIngress({ name: 'other', createdAtMs: 2, paths: [...paths, aPath({ host: 'b.com' })] }),
  );
  world.start();
  await until(() => world.cluster.said('RuleConflict') > 0);
  await until(() => Object.keys(picture()).length === 3);
  expect(Object.keys(picture()).toSorted()).toEqual([
    '80 a.com//10.0.0.1:8080',
    '80 b.com//10.0.0.1:8080',
    '81/10.0.0.1:8080',
  ]);
  const conflict = world.cluster.announcements.find(({ reason }) => reason === 'RuleConflict');
  expect(conflict?.about).toBe('shop/other');
});

test('An Ingress belongs to us by its class, and is released when that changes.', async () => {
  const aClass = (name: string): ObjectReference<'IngressClass'> => ({ kind: 'IngressClass', namespace: '', name });
  putBackend('web');
  world.cluster.putRelated(aClass('clb'), { controller: ingressController });
  world.cluster.putRelated(aClass('nginx'), { controller: 'k8s.io/ingress-nginx' });
  world.cluster.ingresses.put(anIngress({ className: 'clb' }));
  world.start();
  await until(isOpen);
  world.cluster.ingresses.change(key, { className: 'nginx' });
  await until(() => world.cluster.ingresses.get(key)?.hasFinalizer === false);
  expect([listeners(), addresses()]).toEqual([[], []]);
});

test('Requests for a host that has no rule go to the paths without a host, also when these come later.', async () => {
  putBackend('web');
  world.cluster.ingresses.put(anIngress({ paths: [aPath()] }));
  world.start();
  await until(isOpen);
  const defaults = () =>
    allListeners()[0]
      ?.rules.filter(({ settings }) => settings.isDefault)
      .map(({ domain }) => domain);
  expect(defaults()).toEqual([guardDomain]);
  world.cluster.ingresses.change(key, { paths: [aPath(), anyPath(), anyPath({ path: '/x', pathType: 'Exact' })] });
  await until(() => defaults()?.length === 2);
  expect(defaults()).toEqual(['192.0.2.1', '192.0.2.1']);
});

test('Where none may be made, an Ingress is told which annotation names one that exists.', async () => {
  putBackend('web');
  world.cluster.ingresses.put(anIngress({ annotations: directAccess }));
  world.start({ creation: { kinds: 'none', mostPerNamespace: 5 } });
  await until(() => world.cluster.said('LoadBalancerNotNamed') === 1);
  const told = world.cluster.announcements.find(({ reason }) => reason === 'LoadBalancerNotNamed');
  expect(told?.message).toContain('annotation kubernetes.io/ingress.existLbId');
});

describe('TLS', () => {
  const secret: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'cert' };
  const putSecret = (certificateId: string | undefined) =>
    world.cluster.putRelated(
      secret,
      certificateId === undefined ? undefined : { certificateId, caCertificateId: undefined },
    );
  const paths = [aPath(), aPath({ host: 'b.com' })];
  const tls = [{ hosts: ['a.com'], secretName: 'cert' }];
  const certificates = () =>
    listeners().flatMap(({ rules }) => rules.flatMap(({ settings }) => settings.certificates?.ids ?? []));

  test('holds up its own host until its Secret is there, and changes in place with it', async () => {
    putBackend('web');
    world.cluster.ingresses.put(anIngress({ paths, tls }));
    world.start();
    await until(() => picture()['80 b.com//10.0.0.1:8080'] === 10);
    await until(() => world.cluster.said('CertificateUnusable') > 0);
    await passMs(500);
    expect(listeners().map(({ protocol }) => protocol)).toEqual(['HTTP']);
    putSecret('one');
    await until(() => picture()['443 a.com//10.0.0.1:8080'] === 10);
    await until(isOpen);
    const [before] = listeners().flatMap(({ rules }) => rules.filter(({ domain }) => domain === 'a.com'));
    putSecret('two');
    await until(() => certificates().join() === 'two');
    const [after] = listeners().flatMap(({ rules }) => rules.filter(({ domain }) => domain === 'a.com'));
    expect(after?.locationId).toBe(before?.locationId);
    putSecret(undefined);
    await passMs(500);
    expect([certificates(), picture()['443 a.com//10.0.0.1:8080']]).toEqual([['two'], 10]);
  });
});

test('After a restart its rules are known as its own: what it wants no longer drains and goes.', async () => {
  putBackend('web');
  world.cluster.ingresses.put(anIngress({ paths: [aPath(), aPath({ host: 'b.com', path: '/x' })] }));
  world.start();
  await until(isOpen);
  await passing(world.stop());
  world.cluster.ingresses.change(key, { paths: [aPath()] });
  world.start();
  await until(() => listeners()[0]?.rules.length === 1);
  expect(Object.keys(picture())).toEqual(['80 a.com//10.0.0.1:8080']);
  await until(() => recordedRules().join() === 'HTTP/80 a.com/');
});

describe('two Ingresses that want one path', () => {
  const put = (name: string, createdAtMs: number, paths = [aPath()]) => {
    world.cluster.ingresses.put(anIngress({ name, createdAtMs, paths }));
  };
  const delete_ = async (name: string) => {
    world.cluster.ingresses.delete(`shop/${name}`);
    await until(() => world.cluster.ingresses.get(`shop/${name}`) === undefined);
  };
  /** Whether it held before each call and holds now. */
  const watched = (holds: () => boolean) => {
    let isAlways = holds();
    world.clb.before = () => {
      isAlways &&= holds();
    };
    return () => isAlways && holds();
  };
  const serves = () => picture()['80 a.com//10.0.0.1:8080'] === 10;

  beforeEach(() => {
    putBackend('web');
  });

  test('can be deleted in any order, and who has it passes it on in one piece', async () => {
    put('first', 1);
    put('second', 2);
    put('third', 3);
    world.start();
    await until(() => world.cluster.said('RuleConflict') > 1 && serves());
    await delete_('third');
    const isAlways = watched(serves);
    await delete_('first');
    await passMs(2_000);
    expect(isAlways()).toBe(true);
    await delete_('second');
    expect(listeners()).toEqual([]);
  });

  test('leave it to the one that has it, also when the other one is older and after a restart', async () => {
    put('young', 2);
    put('old', 1, [aPath({ path: '/x', pathType: 'Exact' })]);
    world.start();
    await until(serves);
    const [rule] = listeners()[0]?.rules.filter(({ url }) => url === '/') ?? [];
    world.cluster.ingresses.change('shop/old', { paths: [aPath()] });
    await until(() => world.cluster.said('RuleConflict') === 1);
    await passing(world.stop());
    world.start();
    await until(() => world.cluster.said('RuleConflict') > 1);
    await passMs(2_000);
    expect(world.cluster.announcements.filter(({ reason }) => reason === 'RuleConflict')).toMatchObject([
      { about: 'shop/old' },
      { about: 'shop/old' },
    ]);
    expect(listeners()[0]?.rules).toMatchObject([{ url: '/', locationId: rule?.locationId }]);
    const isAlways = watched(serves);
    await delete_('young');
    await until(() => world.cluster.recordOf(clbId)?.owners.find(({ name }) => name === 'old')?.rules?.length === 2);
    await passMs(2_000);
    expect(isAlways()).toBe(true);
    expect(picture()).toEqual({ '80 a.com//10.0.0.1:8080': 10 });
  });
});

test("HTTP/2 is its domain's: one call changes all the rules, and of two Ingresses the older decides.", async () => {
  const tls = [{ hosts: ['a.com'], secretName: 'cert' }];
  const secret: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'cert' };
  const config = (http2: boolean) => ({
    spec: { loadBalancer: { l7Listeners: [{ protocol: 'HTTPS', port: 443, domains: [{ domain: 'a.com', http2 }] }] } },
  });
  const putConfig = (name: string, http2: boolean) =>
    world.cluster.putRelated({ kind: 'TkeServiceConfig', namespace: 'shop', name }, config(http2));
  const annotations = (name: string) => ({ ...onExisting, [ingressAnnotation.serviceConfig]: name });
  const http2 = () => listeners().flatMap(({ rules }) => rules.map(({ settings }) => settings.http2));
  putBackend('web');
  world.cluster.putRelated(secret, { certificateId: 'one', caCertificateId: undefined });
  putConfig('on', true);
  putConfig('off', false);
  const paths = [aPath(), aPath({ path: '/x', pathType: 'Exact' })];
  world.cluster.ingresses.put(anIngress({ annotations: annotations('on'), paths, tls, createdAtMs: 1 }));
  const younger = [aPath({ path: '/y', pathType: 'Exact' })];
  world.cluster.ingresses.put(
    anIngress({ name: 'other', annotations: annotations('off'), paths: younger, tls, createdAtMs: 2 }),
  );
  world.start();
  await until(() => http2().length === 3 && http2().every((one) => one === true));
  await until(() => Object.keys(picture()).length === 3);
  await passMs(1_000);
  const { length } = world.clb.writes;
  putConfig('on', false);
  await until(() => http2().every((one) => one === false));
  expect(world.clb.writes.slice(length).map(({ action }) => action)).toEqual(['modifyRule']);
});

test('A CLB that its Ingress protects from deletion keeps the Ingress waiting, and that is told.', async () => {
  putBackend('web');
  const annotations = { ...directAccess, [ingressAnnotation.deletionProtection]: 'true' };
  world.cluster.ingresses.put(anIngress({ annotations, paths: [aPath()] }));
  world.start();
  await until(isOpen);
  const id = world.cluster.ingresses.get(key)?.shownInUse ?? '';
  await until(() => world.clb.balancers.get(id)?.about.settings.deleteProtect === true);
  world.cluster.ingresses.delete(key);
  await until(() => world.cluster.said('LoadBalancerNotDeleted') > 0);
  expect(world.cluster.ingresses.get(key)).toBeDefined();
});
