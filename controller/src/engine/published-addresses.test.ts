import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, clbId } from '../testing/builders.ts';
import { anIngress } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

const domain = 'lb-one.clb.example.com';

test.each([
  ['both families', { vips: ['192.0.2.1', '2001:db8::1'], domain }, ['192.0.2.1', '2001:db8::1']],
  ['IPv6 before IPv4 targets', { vips: ['2001:db8::1'], targetFamily: 'IPv4' }, ['2001:db8::1']],
  ['a domain and no address', { vips: [], domain }, [domain]],
] as const)(
  'A CLB of %s: what clients use is published on a Service and on an Ingress.',
  async (_, about, expected) => {
    world.clb.addLoadBalancer(clbId, about);
    world.cluster.putService(aNewService({ ports: [{ name: '', protocol: 'TCP', port: 8080, targetPort: 8080 }] }));
    world.cluster.ingresses.put(anIngress());
    world.start();
    await until(() => world.cluster.service('shop/web')?.ingress.join() === expected.join());
    await until(() => world.cluster.ingresses.get('shop/site')?.ingress.join() === expected.join());
    // Requests by address, or by that domain, are those of the rule without a host.
    const rules = world.clb.listenersOf(clbId).flatMap((listener) => listener.rules);
    expect(rules.map((rule) => rule.domain)).toEqual([expected[0]]);
  },
);
