import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ingressAnnotation as name } from '@clb-direct/shared/domain/ingress-names.ts';
import { aPod, clbId } from '../testing/builders.ts';
import { anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

inVirtualTime();
/** Real time, on a slow machine. */
jest.setTimeout(60_000);

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

const tls = [{ hosts: ['a.com'], secretName: 'later' }];
const later = { kind: 'Secret', namespace: 'shop', name: 'later' } as const;
const picture = () => world.clb.picture(clbId);
const next = aPod({ name: 'web-2', uid: 'uid-web-2', ip: '10.0.0.2' });
const isOpen = (pod: string) => world.cluster.gateOf(`shop/${pod}`).startsWith('True');

async function serve(overrides: Parameters<typeof anIngress>[0] = {}): Promise<void> {
  world.cluster.ingresses.put(anIngress({ paths: [aPath({ host: 'a.com' })], ...overrides }));
  world.start();
  await until(() => isOpen('web-1'));
}

test('A host over HTTP that gets spec.tls follows its pods over HTTP until the Secret is there.', async () => {
  await serve();
  world.cluster.ingresses.change('shop/site', { tls });
  await until(() => world.cluster.said('CertificateUnusable') > 0);
  world.cluster.putPod(next);
  await until(() => isOpen('web-2'));
  expect(picture()).toEqual({ '80 a.com//10.0.0.1:8080': 10, '80 a.com//10.0.0.2:8080': 10 });
  world.cluster.putRelated(later, { certificateId: 'one', caCertificateId: undefined });
  await until(() => Object.keys(picture()).every((target) => target.startsWith('443')));
  expect(picture()).toEqual({ '443 a.com//10.0.0.1:8080': 10, '443 a.com//10.0.0.2:8080': 10 });
  await until(() => world.clb.listenersOf(clbId).length === 1);
});

test('A host over HTTPS that changes its port follows its pods at the former one until then.', async () => {
  world.cluster.putRelated(later, { certificateId: 'one', caCertificateId: undefined });
  await serve({ tls });
  world.cluster.ingresses.change('shop/site', {
    annotations: { ...onExisting, [name.listenPorts]: '[{"HTTPS":8443}]' },
    tls: [{ hosts: ['a.com'], secretName: 'latest' }],
  });
  await until(() => world.cluster.said('CertificateUnusable') > 0);
  world.cluster.putPod(next);
  await until(() => isOpen('web-2'));
  expect(picture()).toEqual({ '443 a.com//10.0.0.1:8080': 10, '443 a.com//10.0.0.2:8080': 10 });
});

test('Where HTTP stays beside HTTPS, gates wait for both.', async () => {
  const both = { ...onExisting, [name.ruleMixBoth]: 'true' };
  await serve({ annotations: both });
  world.cluster.ingresses.change('shop/site', { annotations: both, tls });
  await until(() => world.cluster.said('CertificateUnusable') > 0);
  world.cluster.putPod(next);
  await until(() => picture()['80 a.com//10.0.0.2:8080'] === 10);
  await passMs(1_000);
  expect(isOpen('web-2')).toBe(false);
});
