import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { aPod, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

/** What several Ingresses say of a listener, or of a host, that they share. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  for (const [index, namespace] of ['shop', 'team'].entries()) {
    world.cluster.putPod(aPod({ namespace, key: `${namespace}/web-1`, uid: namespace, ip: `10.0.0.${index + 1}` }));
    world.cluster.putRelated({ kind: 'Service', namespace, name: 'web' }, aBackendService());
  }
});
afterEach(async () => passing(world.stop()));

interface Wish {
  readonly keepaliveEnable?: 0 | 1;
  readonly http2?: boolean;
}

const certificate = JSON.stringify([{ hosts: ['a.com', 'b.com'], qcloud_cert_id: ['one'] }]);

/** Its age is in its name. */
function put(namespace: string, age: number, [host, path]: readonly [string, string], wish: Wish = {}): void {
  const { keepaliveEnable, http2 } = wish;
  const domains = http2 === undefined ? {} : { domains: [{ domain: host, http2 }] };
  const listener = {
    protocol: 'HTTPS',
    port: 443,
    ...domains,
    ...(keepaliveEnable !== undefined && { keepaliveEnable }),
  };
  const name = `site-${age}`;
  world.cluster.putRelated(
    { kind: 'TkeServiceConfig', namespace, name },
    { spec: { loadBalancer: { l7Listeners: [listener] } } },
  );
  const annotations = {
    ...onExisting,
    [ingressAnnotation.certificate]: certificate,
    [ingressAnnotation.serviceConfig]: name,
  };
  const paths = [aPath({ host, path, pathType: 'Exact' })];
  world.cluster.ingresses.put(anIngress({ namespace, name, createdAtMs: -1_000 * age, annotations, paths }));
}

const listener = () => world.clb.listenersOf(clbId).find(({ port }) => port === 443);
const rulesOf = (host: string) => listener()?.rules.filter(({ domain }) => domain === host) ?? [];
const told = () =>
  world.cluster.announcements
    .filter(({ reason }) => reason === 'FieldWithoutEffect')
    .map(({ about, message }) => `${about}: ${/Take (.*) out of/.exec(message)?.[1] ?? ''}`);

async function settled(rules: number, sharesHosts = false): Promise<void> {
  world.start({ placeRules: { ...forEveryone, sharesHosts } });
  await until(() => rulesOf('a.com').length + rulesOf('b.com').length === rules);
  await passMs(1_000);
}

describe('keepaliveEnable of a listener', () => {
  test('that its oldest Ingress leaves out is nothing that another namespace decides', async () => {
    put('shop', 2, ['a.com', '/']);
    put('team', 1, ['b.com', '/'], { keepaliveEnable: 1 });
    await settled(2);
    expect(listener()?.settings.keepalive).toBeUndefined();
    expect(told()).toEqual(['team/site-1: keepaliveEnable of HTTPS/443']);
  });

  test('that it leaves out is what another Ingress of its namespace says', async () => {
    put('shop', 3, ['a.com', '/']);
    put('team', 2, ['b.com', '/'], { keepaliveEnable: 0 });
    put('shop', 1, ['a.com', '/b'], { keepaliveEnable: 1 });
    await settled(3);
    expect(listener()?.settings.keepalive).toBe(true);
    expect(told()).toEqual(['team/site-2: keepaliveEnable of HTTPS/443']);
  });

  test('is what the oldest one says', async () => {
    put('shop', 2, ['a.com', '/'], { keepaliveEnable: 1 });
    put('shop', 1, ['a.com', '/b'], { keepaliveEnable: 0 });
    await settled(2);
    expect(listener()?.settings.keepalive).toBe(true);
    expect(told()).toEqual(['shop/site-1: keepaliveEnable of HTTPS/443']);
  });
});

test('http2 of a host that namespaces share is what the one says that was first with it.', async () => {
  put('shop', 3, ['a.com', '/']);
  put('team', 2, ['a.com', '/b'], { http2: true });
  put('team', 1, ['b.com', '/'], { http2: true });
  await settled(3, true);
  const http2 = (host: string) => rulesOf(host).map(({ settings }) => settings.http2);
  expect([http2('a.com'), http2('b.com')]).toEqual([[undefined, undefined], [true]]);
  expect(told()).toEqual(['team/site-2: http2 of HTTPS/443 a.com']);
});
