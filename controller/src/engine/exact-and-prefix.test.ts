import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IngressFacts } from '../core/sources/ingress/ingress-facts.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { aPod, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

/** An Exact and a Prefix path of the same text, in two Ingresses: the rule for the path itself is the Exact path's. */
inVirtualTime();

/** The namespaces of the Ingresses with the Exact and with the Prefix path. */
const places = { 'in one namespace': ['shop', 'shop'], 'of namespaces that share hosts': ['shop', 'team'] } as const;
const sharing = { placeRules: { ...forEveryone, sharesHosts: true } };
const ips = { exact: '10.0.0.1', prefix: '10.0.0.2' } as const;
type Name = keyof typeof ips;

let world: World;
let namespaces: Record<Name, string>;
/** Calls before which nobody served "/a" although somebody had. */
let unserved: number;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  unserved = 0;
});
afterEach(async () => passing(world.stop()));

function live(where: readonly [string, string]): void {
  namespaces = { exact: where[0], prefix: where[1] };
  for (const name of ['exact', 'prefix'] as const) {
    const namespace = namespaces[name];
    const service: ObjectReference<'Service'> = { kind: 'Service', namespace, name };
    world.cluster.putRelated(service, aBackendService({ selector: { app: name } }));
  }
}

const keyOf = (name: Name) => `${namespaces[name]}/${name}`;
const pathOf = (name: Name) => {
  const backend = { kind: 'service', name, port: 80 } as const;
  return aPath({ host: 'a.com', path: '/a', pathType: name === 'exact' ? 'Exact' : 'Prefix', backend });
};
const putPod = (name: Name, number: number, ip: string) => {
  const namespace = namespaces[name];
  const key = `${namespace}/${name}-${number}`;
  world.cluster.putPod(aPod({ namespace, key, uid: key, name: `${name}-${number}`, ip, labels: { app: name } }));
  return key;
};
/** With a pod. */
const put = (name: Name, createdAtMs: number, overrides: Partial<IngressFacts> = {}) => {
  const paths = [pathOf(name)];
  world.cluster.ingresses.put(anIngress({ name, namespace: namespaces[name], createdAtMs, paths, ...overrides }));
  putPod(name, 1, ips[name]);
};
const rule = (url: string) => world.clb.listenersOf(clbId)[0]?.rules.find((one) => one.url === url);
const servedAt = (url: string) => {
  const targets = [...(world.clb.balancers.get(clbId)?.targets.values() ?? [])];
  return targets
    .filter(({ locationId, weight }) => locationId === rule(url)?.locationId && weight > 0)
    .map(({ ip }) => ip);
};
const picture = () => `${servedAt('=/a').join()} ${servedAt('/a/').join()}`;
const isOpen = (name: Name) => world.cluster.gateOf(`${keyOf(name)}-1`).startsWith('True ');
const stands = `${ips.exact} ${ips.prefix}`;
const alone = `${ips.prefix} ${ips.prefix}`;

/** From now on each call is preceded by a look at who serves "/a". */
function watch(): void {
  world.clb.before = () => {
    const targets = [...(world.clb.balancers.get(clbId)?.targets.values() ?? [])];
    const isServing = targets.some(({ locationId, weight, health }) => {
      return locationId === rule('=/a')?.locationId && weight > 0 && health === 'Alive';
    });
    if (!isServing) unserved++;
  };
}

describe.each(Object.entries(places))(
  'an Exact and a Prefix path of the same text in two Ingresses, %s,',
  (_, where) => {
    beforeEach(() => {
      live(where);
    });

    test.each([
      ['Exact', 1, 2],
      ['Prefix', 2, 1],
    ])('stand side by side when the %s one is older', async (_older, exact, prefix) => {
      put('exact', exact);
      put('prefix', prefix);
      world.start(sharing);
      await until(() => picture() === stands && isOpen('exact') && isOpen('prefix'));
      await passMs(20_000);
      expect([picture(), world.cluster.said('RuleConflict')]).toEqual([stands, 0]);
      expect(rule('=/a')).toBeDefined();
    });

    test('hand the rule over when the Exact one comes later and goes again, and it serves all the time', async () => {
      put('prefix', 1);
      world.start(sharing);
      await until(() => picture() === alone && isOpen('prefix'));
      const id = rule('=/a')?.locationId;
      watch();
      world.clb.firstHealth = 'Dead';
      put('exact', 2);
      await until(() => servedAt('=/a').length === 2);
      await passMs(2_000);
      expect([servedAt('=/a').length, isOpen('exact')]).toEqual([2, false]);
      world.clb.setHealth('Alive');
      await until(() => picture() === stands && isOpen('exact'));
      await passMs(1_000);
      world.cluster.ingresses.delete(keyOf('exact'));
      await until(() => servedAt('=/a').length === 2);
      world.clb.setHealth('Alive');
      await until(() => picture() === alone && world.cluster.ingresses.get(keyOf('exact')) === undefined);
      expect([rule('=/a')?.locationId, unserved, world.cluster.said('RuleConflict')]).toEqual([id, 0, 0]);
    });

    test('make no pod of the Prefix wait for the rule of the other', async () => {
      put('prefix', 1);
      put('exact', 2);
      world.start(sharing);
      await until(() => picture() === stands && isOpen('prefix'));
      const key = putPod('prefix', 2, '10.0.0.3');
      await until(() => world.cluster.gateOf(key).startsWith('True '));
      expect(servedAt('=/a')).toEqual([ips.exact]);
    });

    test('stay so when the controller dies in between', async () => {
      put('prefix', 1);
      world.start(sharing);
      await until(() => picture() === alone);
      watch();
      put('exact', 2);
      await until(() => world.cluster.recordOf(clbId)?.owners.some(({ name }) => name === 'exact') === true);
      await passing(world.stop());
      world.start(sharing);
      await until(() => picture() === stands);
      await passMs(20_000);
      expect([picture(), unserved]).toEqual([stands, 0]);
    });
  },
);

test('A Prefix keeps the rule while the certificate of the Exact path is missing, without a conflict.', async () => {
  live(places['in one namespace']);
  const tls = (secretName: string) => ({ tls: [{ hosts: ['a.com'], secretName }] });
  const secret: ObjectReference<'Secret'> = { kind: 'Secret', namespace: 'shop', name: 'cert' };
  world.cluster.putRelated(secret, { certificateId: 'cert-1', caCertificateId: undefined });
  put('prefix', 1, tls('cert'));
  put('exact', 2, tls('missing'));
  world.start(sharing);
  await until(() => picture() === alone);
  await passMs(20_000);
  expect([picture(), world.cluster.said('RuleConflict')]).toEqual([alone, 0]);
});

test('Where namespaces do not share hosts, the Exact path of another one takes nothing.', async () => {
  live(places['of namespaces that share hosts']);
  put('prefix', 1);
  put('exact', 2);
  world.start({ placeRules: forEveryone });
  await until(() => picture() === alone && world.cluster.said('RuleConflict') > 0);
  await passMs(20_000);
  expect(picture()).toBe(alone);
});
