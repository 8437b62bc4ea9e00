import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BackendService } from '../core/model/related-objects.ts';
import { aPod, aPort, clbId } from '../testing/builders.ts';
import { aBackend, aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const web = { kind: 'Service', namespace: 'shop', name: 'web' } as const;
const put = (overrides: Partial<BackendService>) => world.cluster.putRelated(web, aBackendService(overrides));
const gate = (number: number) => world.cluster.gateOf(`shop/web-${number}`);
const putPod = (number: number) => world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
const waits = async (number: number) => {
  await until(() => gate(number) === 'False LoadBalancerNotReady');
  await passMs(20_000);
  expect(gate(number)).toBe('False LoadBalancerNotReady');
};

async function serving(): Promise<void> {
  put({});
  world.cluster.ingresses.put(anIngress({ paths: [aPath(), aPath({ path: '/api', backend: aBackend('web', 81) })] }));
  put({ ports: [aPort(), aPort({ port: 81, targetPort: 8081 })] });
  putPod(1);
  world.start();
  await until(() => gate(1).startsWith('True'));
}

describe('When a port of the Service that an Ingress sends to goes, what serves stays and the next pod waits', () => {
  test.each<[string, Partial<BackendService>]>([
    ['as all its ports have other numbers', { ports: [aPort({ port: 8080 })] }],
    ['although another path of the Ingress reaches it', {}],
    ['as it is over UDP', { ports: [aPort(), aPort({ port: 81, protocol: 'UDP' })] }],
    ['as the Service is one of a name', { type: 'ExternalName' }],
  ])('%s.', async (_, overrides) => {
    await serving();
    const before = world.clb.picture(clbId);
    put(overrides);
    putPod(2);
    await waits(2);
    expect(world.clb.picture(clbId)).toMatchObject(before);
    put({ ports: [aPort(), aPort({ port: 81, targetPort: 8081 })] });
    await until(() => gate(2).startsWith('True LoadBalancerNetworkGroupReady'));
  });
});

test('The gate names what to write.', async () => {
  await serving();
  put({});
  putPod(2);
  await waits(2);
  expect(world.cluster.pod('shop/web-2')?.gate).toMatchObject({
    message: expect.stringMatching(
      /^Ingress shop\/site: Service web has no TCP port 81; write the name or the number of one that it has\./,
    ) as unknown,
  });
});

test('When the Ingress asks for it no more, the pod is released with a reason.', async () => {
  await serving();
  put({});
  world.cluster.ingresses.change('shop/site', { paths: [aPath({ backend: aBackend('web', 81) })] });
  putPod(2);
  await waits(2);
  world.cluster.ingresses.change('shop/site', { paths: [aPath({ backend: aBackend('other') })] });
  await until(() => gate(2) === 'True NoLoadBalancerSelectsPod');
});

test('While the Service is made again, the next pod waits; when it is gone for good, it is released.', async () => {
  await serving();
  const deleted = () => world.cluster.putRelated(web, undefined, aBackendService());
  deleted();
  putPod(2);
  await waits(2);
  put({ ports: [aPort(), aPort({ port: 81, targetPort: 8081 })] });
  await until(() => gate(2) === 'True LoadBalancerNetworkGroupReady');
  deleted();
  putPod(3);
  await waits(3);
  world.cluster.putRelated(web, undefined);
  await until(() => gate(3) === 'True NoLoadBalancerSelectsPod');
});
