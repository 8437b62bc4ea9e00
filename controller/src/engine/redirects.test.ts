import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import type { Health } from '../core/model/target.ts';
import { aPod, clbId } from '../testing/builders.ts';
import { CodedClb, redirectActions } from '../testing/coded-clb.ts';
import { FakeClb } from '../testing/fake-clb.ts';
import { aBackend, aBackendService, anIngress, aPath as anyPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

inVirtualTime();
/** Real time, on a slow machine. */
jest.setTimeout(60_000);

const aPath: typeof anyPath = (overrides) => anyPath({ host: 'a.com', ...overrides });
const service: ObjectReference<'Service'> = { kind: 'Service', namespace: 'shop', name: 'web' };
const secret: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'cert' };

let world: World;
beforeEach(() => {
  world = servingWorld(new FakeClb());
});

function servingWorld(clb: FakeClb): World {
  const made = new World(clb);
  clb.firstHealth = 'Alive';
  made.cluster.putPod(aPod());
  made.cluster.putRelated(service, aBackendService());
  made.cluster.putRelated(secret, { certificateId: 'one', caCertificateId: undefined });
  return made;
}
afterEach(async () => passing(world.stop()));

const key = 'shop/site';
const tls = [{ hosts: ['a.com'], secretName: 'cert' }];
const auto = { ...onExisting, [ingressAnnotation.autoRewrite]: 'true' };
const put = (annotations: Readonly<Record<string, string>>) =>
  world.cluster.ingresses.put(anIngress({ annotations, paths: [aPath()], tls }));
const change = (annotations: Readonly<Record<string, string>>) => world.cluster.ingresses.change(key, { annotations });
const picture = () => world.clb.picture(clbId);
const isOpen = () => world.cluster.gateOf('shop/web-1').startsWith('True');
const listeners = () => world.clb.listenersOf(clbId);
const redirects = () =>
  listeners().flatMap((one) => (one.redirects ?? []).map((redirect) => ({ ...redirect, on: one })));
/** "80 a.com/ -> 443 301", with the port of the listener that it leads to. */
const shown = () =>
  redirects().map(({ on, domain, url, to, code }) => {
    const target = listeners().find(({ id }) => id === to.listenerId);
    return `${on.port} ${domain}${url} -> ${target?.port ?? '?'} ${code}`;
  });
const ruleAt = (port: number) => {
  const listener = listeners().find((one) => one.port === port);
  return { listenerId: listener?.id ?? '', locationId: listener?.rules[0]?.locationId ?? '' };
};
/** As the console does it. */
const redirectByHand = (from: number, to: number) =>
  world.clb.balancers.get(clbId)?.createRedirect({
    kind: 'create-redirect',
    place: { protocol: 'HTTP', port: from, domain: 'a.com', url: '/' },
    ...ruleAt(from),
    to: ruleAt(to),
    code: 302,
    takesUrl: true,
    owners: [],
    reason: 'wanted',
  });
const isGone = () => world.cluster.ingresses.get(key) === undefined;

test('A new Ingress redirects from HTTP to HTTPS, and never serves over HTTP.', async () => {
  const seen = new Set<string>();
  world.clb.before = () => {
    for (const target of Object.keys(picture())) seen.add(target);
  };
  put(auto);
  world.start();
  await until(() => shown().join() === '80 a.com/ -> 443 301');
  await until(isOpen);
  expect([...seen, ...Object.keys(picture())].every((target) => target.startsWith('443'))).toBe(true);
  expect(world.cluster.recordOf(clbId)?.owners[0]?.redirects).toHaveLength(1);
});

test.each([
  ['HTTP and HTTPS', { ...onExisting, [ingressAnnotation.ruleMixBoth]: 'true' }],
  ['HTTP alone', onExisting],
])('A living Ingress over %s begins to redirect and stops again, and answers all the time.', async (what, before) => {
  world.cluster.ingresses.put(
    anIngress({ annotations: before, paths: [aPath()], tls: what === 'HTTP alone' ? [] : tls }),
  );
  world.start();
  await until(isOpen);
  await until(() => picture()['80 a.com//10.0.0.1:8080'] === 10);
  let isAnswered = true;
  world.clb.before = () => {
    const isHttp = (picture()['80 a.com//10.0.0.1:8080'] ?? 0) > 0;
    isAnswered &&= shown().length > 0 ? (picture()['443 a.com//10.0.0.1:8080'] ?? 0) > 0 : isHttp;
  };
  world.cluster.ingresses.change(key, { annotations: auto, tls });
  await until(() => shown().length === 1 && picture()['80 a.com//10.0.0.1:8080'] === undefined);
  world.cluster.ingresses.change(key, { annotations: before, tls: what === 'HTTP alone' ? [] : tls });
  await until(() => shown().length === 0 && picture()['80 a.com//10.0.0.1:8080'] === 10);
  expect(isAnswered).toBe(true);
});

describe('A redirect that is to go', () => {
  const both = { ...onExisting, [ingressAnnotation.ruleMixBoth]: 'true' };
  const redirecting = async (recheckMs = 20) => {
    put(auto);
    world.start({ recheckMs });
    await until(isOpen);
    await until(() => shown().length === 1);
  };
  const registered = async () => until(() => picture()['80 a.com//10.0.0.1:8080'] === 10);

  test.each<Health>(['Dead', 'Unknown'])(
    'stays while its own pods are %s, and goes when they are Alive.',
    async (first) => {
      await redirecting();
      world.clb.firstHealth = first;
      change(both);
      await registered();
      await passMs(10_000);
      expect(shown()).toHaveLength(1);
      world.clb.setHealth('Alive');
      await until(() => shown().length === 0);
    },
  );

  test('goes all the same when they stay so: the CLB may not check them while it redirects.', async () => {
    await redirecting();
    world.clb.firstHealth = 'Unknown';
    change(both);
    await registered();
    await passMs(35_000);
    expect(shown()).toEqual([]);
  });

  test('goes where no pod is ready.', async () => {
    await redirecting();
    world.cluster.putPod(aPod({ containersReady: false }));
    change(both);
    await until(() => shown().length === 0);
  });

  test('stays while nothing can be registered.', async () => {
    const clb = new CodedClb();
    world = servingWorld(clb);
    await redirecting();
    clb.codeOf = (action) => (action === 'register' ? 'InternalError' : undefined);
    change(both);
    await passMs(5_000);
    expect(shown()).toHaveLength(1);
    clb.codeOf = () => undefined;
    await until(() => shown().length === 0);
    expect(picture()['80 a.com//10.0.0.1:8080']).toBe(10);
  });

  test('stays while registrations wait for others.', async () => {
    await redirecting(2_000);
    const seen: boolean[] = [];
    world.clb.before = () => {
      seen.push(shown().length > 0 || (picture()['80 a.com//10.0.0.1:8080'] ?? 0) > 0);
    };
    world.cluster.putPod(aPod({ name: 'web-2', uid: 'uid-web-2', ip: '10.0.0.2' }));
    await until(() => picture()['443 a.com//10.0.0.2:8080'] === 10);
    change(both);
    await until(() => shown().length === 0);
    expect(seen).not.toContain(false);
  });
});

test('While what a path is to redirect to does not serve, its own pods do, and their gates wait.', async () => {
  const api: ObjectReference<'Service'> = { kind: 'Service', namespace: 'shop', name: 'api' };
  world.cluster.putRelated(api, aBackendService({ selector: { app: 'api' } }));
  const paths = [
    aPath({ path: '/old', pathType: 'ImplementationSpecific' }),
    aPath({ path: '/new', pathType: 'Exact', backend: aBackend('api') }),
  ];
  world.cluster.ingresses.put(anIngress({ annotations: onExisting, paths }));
  world.start();
  await until(isOpen);
  const entry = { host: 'a.com', path: '/old', rewrite: { port: 80, path: '/new' } };
  const mixed = { [ingressAnnotation.ruleMix]: 'true', [ingressAnnotation.httpRules]: JSON.stringify([entry]) };
  change({ ...onExisting, ...mixed });
  await passMs(500);
  world.clb.firstHealth = 'Dead';
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  await until(() => picture()['80 a.com/old/10.0.0.2:8080'] === 10);
  const gate = () => world.cluster.gateOf('shop/web-2');
  await passMs(20_000);
  expect(gate()).toBe('False LoadBalancerNotReady');
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod({ name: 'api-1', ip: '10.0.0.3', labels: { app: 'api' } }));
  await until(() => shown().join() === '80 a.com/old -> 80 301');
  await until(() => gate().startsWith('True'));
});

test('Its redirects go before its rules and listeners, and nothing is left.', async () => {
  put(auto);
  world.start();
  await until(() => shown().length === 1);
  world.cluster.ingresses.delete(key);
  await until(isGone);
  expect(listeners()).toEqual([]);
});

test('After a restart a redirect is known as our own, and goes when it is not wanted any more.', async () => {
  put(auto);
  world.start();
  await until(() => shown().length === 1);
  await passing(world.stop());
  change({ ...onExisting, [ingressAnnotation.ruleMixBoth]: 'true' });
  world.start();
  await until(() => shown().length === 0 && picture()['80 a.com//10.0.0.1:8080'] === 10);
});

test('The code changes in place of the other.', async () => {
  put(auto);
  world.start();
  await until(() => shown().join() === '80 a.com/ -> 443 301');
  change({ ...auto, [ingressAnnotation.autoRewriteCode]: '302' });
  await until(() => shown().join() === '80 a.com/ -> 443 302');
});

test('A redirect that a person made stays as it is, and is told where another one is wanted.', async () => {
  put({ ...onExisting, [ingressAnnotation.ruleMixBoth]: 'true' });
  world.start();
  await until(() => Object.keys(picture()).length === 2);
  redirectByHand(80, 443);
  await passing(world.stop());
  change(auto);
  world.start();
  await until(() => world.cluster.said('RedirectByHand') > 0);
  await passMs(500);
  expect(shown()).toEqual(['80 a.com/ -> 443 302']);
});

test('A redirect that a person made is named as what blocks a deletion; once it is off, nothing is left.', async () => {
  put({ ...onExisting, [ingressAnnotation.ruleMixBoth]: 'true' });
  world.start();
  await until(() => Object.keys(picture()).length === 2);
  world.clb.addListener(clbId, {
    id: 'lbl-hand',
    name: 'by hand',
    protocol: 'HTTP',
    port: 8080,
    rules: [{ locationId: 'loc-hand', domain: 'a.com', url: '/', settings: {} }],
  });
  redirectByHand(8080, 443);
  world.cluster.ingresses.delete(key);
  await until(() => world.cluster.said('RedirectByHand') > 0);
  const told = world.cluster.announcements.find(({ reason }) => reason === 'RedirectByHand');
  expect(told?.message).toContain('Delete the redirect at rule loc-hand of listener lbl-hand (HTTP/8080) of');
  await passMs(500);
  expect([isGone(), shown()]).toEqual([false, ['8080 a.com/ -> 443 302']]);
  expect(
    listeners()
      .map(({ port }) => port)
      .toSorted(),
  ).toEqual([443, 8080]);
  world.clb.balancers.get(clbId)?.deleteRedirect('lbl-hand', 'loc-hand');
  await until(isGone);
  expect(listeners().map(({ id }) => id)).toEqual(['lbl-hand']);
});

test('A path redirects to another one, as an entry of http-rules says.', async () => {
  const rewrite = { host: 'a.com', path: '/old', rewrite: { port: 80, path: '/' } };
  const annotations = {
    ...onExisting,
    [ingressAnnotation.ruleMix]: 'true',
    [ingressAnnotation.httpRules]: JSON.stringify([rewrite]),
  };
  world.cluster.ingresses.put(anIngress({ annotations, paths: [aPath()] }));
  world.start();
  await until(() => shown().join() === '80 a.com/old -> 80 301');
  expect(redirects()[0]?.takesUrl).toBe(false);
  world.cluster.ingresses.delete(key);
  await until(isGone);
  expect(listeners()).toEqual([]);
});

describe.each(redirectActions)('While %s fails', (action) => {
  test.each([
    ['InvalidParameter', 'CloudRefused'],
    ['FailedOperation.InvalidLBStatus', 'LoadBalancerBusy'],
    ['InternalError', 'CloudUnavailable'],
  ])('with %s, all else goes on, and it is done later', async (code, reason) => {
    const clb = new CodedClb();
    clb.firstHealth = 'Alive';
    world = servingWorld(clb);
    const both = { ...onExisting, [ingressAnnotation.ruleMixBoth]: 'true' };
    put(action === 'createRedirects' ? both : auto);
    world.start();
    await until(isOpen);
    await until(() => shown().length === (action === 'createRedirects' ? 0 : 1));
    clb.codeOf = (one) => (one === action ? code : undefined);
    change(action === 'createRedirects' ? auto : both);
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => picture()['443 a.com//10.0.0.2:8080'] === 10);
    await until(() => world.cluster.said(reason) > 0);
    clb.codeOf = () => undefined;
    await until(() => shown().length === (action === 'createRedirects' ? 1 : 0));
  });
});

test.each([
  ['a list that cannot be read', { [ingressAnnotation.ruleMix]: 'true', [ingressAnnotation.httpRules]: '{' }],
  ['ports that cannot be read', { [ingressAnnotation.listenPorts]: '80' }],
])('While there is %s, redirects and rules stay as they are.', async (_, wrong) => {
  put(auto);
  world.start();
  await until(() => shown().length === 1);
  await until(isOpen);
  const before = [shown(), picture()];
  change({ ...auto, ...wrong });
  await until(() => world.cluster.said('AnnotationMalformed') > 0);
  await passMs(1_000);
  expect([shown(), picture()]).toEqual(before);
  world.cluster.ingresses.delete(key);
  await until(isGone);
  expect(listeners()).toEqual([]);
});

describe('What a redirect leads to', () => {
  const serve = async (namespace: string, path = aPath()) => {
    world.cluster.ingresses.put(anIngress({ namespace, name: 'other', paths: [path], tls, createdAtMs: -1 }));
    world.cluster.putRelated({ ...service, namespace }, aBackendService());
    world.cluster.putRelated({ ...secret, namespace }, { certificateId: 'one', caCertificateId: undefined });
    world.start({ placeRules: { ...forEveryone, sharesHosts: true } });
    await until(() => listeners().some(({ rules }) => rules.length > 0));
    put(auto);
  };

  test('may be a rule that another Ingress of its namespace had first; both stay when that one goes.', async () => {
    await serve('shop');
    await until(() => shown().join() === '80 a.com/ -> 443 301');
    const { locationId } = ruleAt(443);
    world.cluster.ingresses.delete('shop/other');
    await until(() => world.cluster.ingresses.get('shop/other') === undefined);
    expect(ruleAt(443)).toMatchObject({ locationId });
    expect(shown()).toEqual(['80 a.com/ -> 443 301']);
    world.cluster.ingresses.delete(key);
    await until(isGone);
    expect(listeners()).toEqual([]);
  });

  test('is the rest of a Prefix whose path itself is an Exact path of another namespace.', async () => {
    await serve('team', aPath({ path: '/a', pathType: 'Exact' }));
    world.cluster.ingresses.change(key, { paths: [aPath({ path: '/a' })] });
    const to = () =>
      redirects().map(({ url, to: { locationId } }) => {
        const rules = listeners().flatMap(({ rules }) => rules);
        return `${url} ${rules.find((one) => one.locationId === locationId)?.url ?? '?'}`;
      });
    await until(() => to().toSorted().join() === '/a/ /a/,=/a /a/');
    expect(redirects().every(({ takesUrl }) => takesUrl)).toBe(true);
    world.cluster.ingresses.delete('team/other');
    await until(() => to().toSorted().join() === '/a/ /a/,=/a =/a');
  });

  test('is no rule of another namespace.', async () => {
    await serve('team');
    await until(() => world.cluster.said('RuleConflict') > 0);
    await passMs(1_000);
    expect(shown()).toEqual([]);
  });
});
