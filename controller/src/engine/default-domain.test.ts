import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import { guardDomain } from '../core/model/guard.ts';
import { clbId, limits } from '../testing/builders.ts';
import { aPath, anIngress, directAccess, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

/** Who answers requests for hosts that no rule of a listener has. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

const rules = () => world.clb.listenersOf(clbId).flatMap((listener) => listener.rules);
const domains = () => [...new Set(rules().map(({ domain }) => domain))].toSorted();
const defaults = () => rules().flatMap(({ domain, settings }) => (settings.isDefault === true ? [domain] : []));
const guardId = () => rules().find(({ domain }) => domain === guardDomain)?.locationId;
/** From now on: who has the default domain before each write, each once. */
function defaultsSeen(): ReadonlySet<string> {
  const seen = new Set<string>();
  world.clb.before = () => {
    for (const domain of defaults()) seen.add(domain);
  };
  return seen;
}
const isGone = (name: string) => world.cluster.ingresses.get(`shop/${name}`) === undefined;
const [all, named] = [[aPath()], [aPath({ host: 'b.com' })]];
const address = '192.0.2.1';

describe('An Ingress without a host that moves to another CLB', () => {
  test.each([
    ['works', 'lb-two'],
    ['does not exist', 'lb-none'],
    ['is not named by an id', 'my-clb'],
  ])('has the requests of the old address beside other Ingresses, where the new CLB %s', async (_, id) => {
    world.clb.addLoadBalancer('lb-two', { vips: ['192.0.2.2'] });
    world.cluster.ingresses.put(anIngress({ paths: all }));
    world.cluster.ingresses.put(anIngress({ name: 'named', createdAtMs: 1, paths: named }));
    world.start({ limits: { ...limits, moveKeepMs: 600_000 } });
    await until(() => domains().length === 2);
    const annotations = { ...directAccess, [ingressAnnotation.existingLoadBalancer]: id };
    world.cluster.ingresses.change('shop/site', { annotations });
    await passMs(3_000);
    expect([domains(), defaults()]).toEqual([[address, 'b.com'], [address]]);
    expect(world.clb.writes.filter(({ action }) => action === 'modifyRule')).toEqual([]);
  });
});

describe('The default domain of a listener', () => {
  const tls = (secretName: string) => [{ hosts: ['b.com'], secretName }];
  const putNamed = () => world.cluster.ingresses.put(anIngress({ name: 'named', paths: named }));
  const unread = { [ingressAnnotation.ruleMix]: 'true', [ingressAnnotation.httpRules]: '[{' };
  const annotations = { ...onExisting, ...unread };

  test('passes between its guard and rules without a host, and no other host has it in between', async () => {
    putNamed();
    world.start();
    await until(() => defaults().join() === guardDomain);
    const seen = defaultsSeen();
    world.cluster.ingresses.put(anIngress({ name: 'all', createdAtMs: 1, paths: all }));
    await until(() => domains().join() === [address, 'b.com'].join());
    world.cluster.ingresses.delete('shop/all');
    await until(() => isGone('all') && domains().join() === ['b.com', guardDomain].join());
    expect([...seen].toSorted()).toEqual([address, guardDomain]);
    expect(defaults()).toEqual([guardDomain]);
  });

  test('stays that of the guard while rules without a host cannot be made, and theirs while they wait', async () => {
    putNamed();
    world.start();
    await until(() => guardId() !== undefined);
    const id = guardId();
    world.cluster.ingresses.put(anIngress({ name: 'all', createdAtMs: 1, paths: [aPath({ host: 'c.com' })] }));
    await until(() => domains().includes('c.com'));
    world.cluster.ingresses.change('shop/all', { paths: all, annotations });
    await until(() => world.cluster.said('AnnotationMalformed') > 0);
    await passMs(2_000);
    expect(guardId()).toBe(id);
    world.cluster.ingresses.change('shop/all', { annotations: onExisting });
    await until(() => guardId() === undefined);
    world.cluster.ingresses.change('shop/all', { paths: [aPath({ path: '/api' })], annotations });
    await passMs(2_000);
    expect([domains(), defaults()]).toEqual([[address, 'b.com'], [address]]);
  });

  test('stays that of rules without a host until they serve at another port', async () => {
    const at80 = () => world.clb.listenersOf(clbId).find(({ port }) => port === 80)?.rules ?? [];
    const defaultAt80 = () => at80().find(({ settings }) => settings.isDefault === true)?.domain;
    putNamed();
    world.cluster.ingresses.put(anIngress({ name: 'all', createdAtMs: 1, paths: all }));
    world.start();
    await until(() => defaultAt80() === address && at80().length === 2);
    const seen = defaultsSeen();
    world.clb.firstHealth = 'Unknown';
    const listenPorts = { ...onExisting, [ingressAnnotation.listenPorts]: '[{"HTTP":8080}]' };
    world.cluster.ingresses.change('shop/all', { annotations: listenPorts });
    await until(() => world.clb.listenersOf(clbId).length === 2);
    await passMs(2_000);
    expect(defaultAt80()).toBe(address);
    world.clb.setHealth('Alive');
    await until(() => at80().length === 2 && at80().every(({ domain }) => domain !== address));
    expect([defaultAt80(), [...seen].toSorted()]).toEqual([guardDomain, [address, guardDomain]]);
  });

  test('stays that of the guard while the CLB refuses rules without a host', async () => {
    const refusal = new CloudError('no', { kind: 'refused', code: 'X', action: 'CreateRule' });
    putNamed();
    world.start();
    await until(() => guardId() !== undefined);
    const id = guardId();
    world.clb.refuseRule = ({ place }) => (place.domain === '' ? refusal : undefined);
    world.cluster.ingresses.put(anIngress({ name: 'all', createdAtMs: 1, paths: all }));
    await passMs(2_000);
    expect([guardId(), defaults()]).toEqual([id, [guardDomain]]);
    world.cluster.ingresses.delete('shop/named');
    await until(() => isGone('named'));
  });

  test('stays that of the guard while the certificate of its only Ingress is renewed, or is missing', async () => {
    const { pairs, ingresses } = world.cluster;
    pairs.put('cert', 'one');
    ingresses.put(anIngress({ name: 'named', paths: named, tls: tls('cert') }));
    world.start();
    await until(() => guardId() !== undefined);
    const [id, seen] = [guardId(), defaultsSeen()];
    pairs.put('cert', 'two');
    await until(() => world.clb.certificates.ids().join() === 'cert-2');
    ingresses.change('shop/named', { tls: tls('none') });
    await until(() => world.cluster.said('CertificateUnusable') > 0);
    await passMs(2_000);
    expect([guardId(), [...seen]]).toEqual([id, [guardDomain]]);
  });

  test('is that of the guard of an Ingress that can make one beside an older one that cannot', async () => {
    world.cluster.ingresses.put(anIngress({ createdAtMs: -1, paths: [aPath({ host: 'a.com' })] }));
    world.cluster.ingresses.put(anIngress({ name: 'all', createdAtMs: 1, paths: all }));
    putNamed();
    world.start();
    await until(() => domains().length === 3);
    world.cluster.ingresses.change('shop/site', { annotations });
    await until(() => world.cluster.said('AnnotationMalformed') > 0);
    const seen = defaultsSeen();
    world.cluster.ingresses.delete('shop/all');
    await until(() => isGone('all') && guardId() !== undefined);
    await passMs(1_000);
    expect([[...seen].toSorted(), defaults()]).toEqual([[address, guardDomain], [guardDomain]]);
  });
});
