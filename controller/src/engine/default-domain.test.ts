import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { clbId, limits } from '../testing/builders.ts';
import { aPath, anIngress, directAccess } from '../testing/ingress-builders.ts';
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
const [all, named] = [[aPath()], [aPath({ host: 'b.com' })]];
const address = '192.0.2.1';

describe('An Ingress without a host that moves to another CLB', () => {
  test.each([
    ['works', 'lb-two'],
    ['does not exist', 'lb-none'],
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
