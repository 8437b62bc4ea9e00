import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNewService, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const proxy = { [annotation.ipMode]: 'Proxy' };

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

const modes = () => world.cluster.service('shop/web')?.ingressModes;
const addresses = () => world.cluster.service('shop/web')?.ingress;

async function publishedWith(annotations: Readonly<Record<string, string>>): Promise<void> {
  world.cluster.putService(aNewService({ annotations }));
  world.start({ resyncMs: 10 });
  await until(() => addresses()?.length === 1);
}

describe('The address of a Service', () => {
  test('is published with the mode that it asks for, and again when it asks for another.', async () => {
    await publishedWith(proxy);
    expect(modes()).toEqual(['Proxy']);

    world.cluster.changeService('shop/web', { annotations: {} });
    await until(() => modes()?.[0] === 'VIP');
    world.cluster.changeService('shop/web', { annotations: proxy });
    await until(() => modes()?.[0] === 'Proxy');
    expect(addresses()).toEqual(['192.0.2.1']);
    expect(world.cluster.said('IpModeUnsupported')).toBe(0);
  });

  test('gets its mode back when somebody else changes it.', async () => {
    await publishedWith(proxy);
    world.cluster.changeService('shop/web', { ingressModes: ['VIP'] });
    await until(() => modes()?.[0] === 'Proxy');
  });

  test('is published once where the API server drops the mode, and an event says so.', async () => {
    world.cluster.knowsIpMode = false;
    await publishedWith(proxy);
    await until(() => world.cluster.said('IpModeUnsupported') === 1);
    const writes = world.cluster.addressWrites;
    world.cluster.changeService('shop/web', { annotations: { ...proxy, 'clb-direct.io/health-check': 'on' } });
    await until(() => world.cluster.said('LoadBalancerEnsured') >= 1);
    expect(modes()).toEqual(['']);
    expect(world.cluster.addressWrites).toBe(writes);
  });
});

test('Who goes through a private CLB is told of what cannot be reached there.', async () => {
  world.clb.addLoadBalancer(clbId, { isInternal: true });
  await publishedWith(proxy);
  await until(() => world.cluster.said('LoopbackPossible') === 1);
});

test.each([
  ['a public CLB', false, proxy],
  ['kube-proxy answers the address', true, {}],
])('Nothing of this is told where %s', async (_, isInternal, annotations) => {
  world.clb.addLoadBalancer(clbId, { isInternal });
  await publishedWith(annotations);
  await until(() => world.cluster.said('LoadBalancerEnsured') === 1);
  expect(world.cluster.said('LoopbackPossible') + world.cluster.said('IpModeUnsupported')).toBe(0);
});
