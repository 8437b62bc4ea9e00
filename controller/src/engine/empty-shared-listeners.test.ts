import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { aBackendService, anIngress, aPath, directAccess, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

/** A listener for rules whose rules the CLB refuses. */
inVirtualTime();

const refused = apiError('refused', 'InvalidParameterValue', 'no');
const busy = apiError('busy', 'FailedOperation.ResourceInOperating', 'busy');
let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
  world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
  world.clb.refuseRule = () => refused;
});
afterEach(async () => passing(world.stop()));

const listeners = (id = clbId) => world.clb.balancers.get(id)?.listeners.size ?? 0;
const ingress = (name: string) => world.cluster.ingresses.get(`shop/${name}`);

async function standing(id: string, annotations: Readonly<Record<string, string>>): Promise<void> {
  world.cluster.ingresses.put(anIngress({ annotations, paths: [aPath()] }));
  world.start({ placeRules: forEveryone });
  await until(() => listeners(id) === 1);
  await passMs(500);
}

describe('goes with its Ingress although the CLB is busy at first:', () => {
  test.each([
    ['at a CLB that exists', clbId, onExisting],
    ['at a CLB of its own', 'lb-made1', directAccess],
  ])('%s', async (_, id, annotations) => {
    await standing(id, annotations);
    let failures = 0;
    world.clb.fail = (action) => (action === 'deleteListener' && (failures += 1) <= 1 ? busy : undefined);
    world.cluster.ingresses.delete('shop/site');
    await until(() => ingress('site') === undefined);
    expect([failures > 0, listeners(id)]).toEqual([true, 0]);
  });
});

test('does not keep an Ingress that is deleted while another one wants it.', async () => {
  await standing(clbId, onExisting);
  world.cluster.ingresses.put(anIngress({ name: 'blog', createdAtMs: 1, paths: [aPath({ host: 'b.com' })] }));
  await passMs(1_000);
  world.cluster.ingresses.delete('shop/site');
  await until(() => ingress('site') === undefined);
  expect([listeners(), ingress('blog') === undefined]).toEqual([1, false]);
});

test('leaves its port to a Service that wants a listener of its own there.', async () => {
  await standing(clbId, onExisting);
  const http = { [annotation.specifyProtocol]: JSON.stringify({ 80: { protocol: ['HTTP'] } }) };
  world.cluster.putService(aNewService({ createdAtMs: 5_000, annotations: http }));
  await until(() => world.cluster.said('ListenerConflict') > 0);
  world.clb.refuseRule = () => (ingress('site') === undefined ? undefined : refused);
  world.cluster.ingresses.delete('shop/site');
  await until(() => world.cluster.gateOf('shop/web-1').startsWith('True'));
  expect(ingress('site')).toBeUndefined();
});
