import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { clbId } from '../testing/builders.ts';
import { anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { uninstalled } from '../testing/uninstalled.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

/** Redirects after an uninstall and an install. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
  const certificate = { certificateId: 'one', caCertificateId: undefined };
  world.cluster.putRelated({ kind: 'Secret', namespace: 'shop', name: 'cert' }, certificate);
});
afterEach(async () => passing(world.stop()));

const auto = { ...onExisting, [ingressAnnotation.autoRewrite]: 'true' };
const ingress = () =>
  anIngress({
    annotations: auto,
    paths: ['a.com', 'b.com'].map((host) => aPath({ host })),
    tls: [{ hosts: ['a.com', 'b.com'], secretName: 'cert' }],
  });
const listeners = () => world.clb.listenersOf(clbId);
const redirects = () => listeners().flatMap(({ redirects: some = [] }) => some);
const shown = () =>
  redirects()
    .map(({ domain, code }) => `${domain} ${code}`)
    .toSorted();

async function installedAgain(meanwhile = () => undefined as unknown): Promise<void> {
  world.cluster.ingresses.put(ingress());
  world.start();
  await until(() => redirects().length === 2);
  await passMs(1_000);
  await uninstalled(world);
  meanwhile();
  world.start();
  await passMs(10_000);
}

test('One that the Ingress asks for is its own: it changes and goes with the Ingress.', async () => {
  await installedAgain();
  expect(world.cluster.said('RedirectByHand')).toBe(0);
  world.cluster.ingresses.change('shop/site', {
    annotations: { ...auto, [ingressAnnotation.autoRewriteCode]: '302' },
  });
  await until(() => shown().join() === 'a.com 302,b.com 302');
  world.cluster.ingresses.delete('shop/site');
  await until(() => listeners().length === 0);
  expect(world.cluster.said('CloudRefused')).toBe(0);
});

test("One that a person led to a rule of others is the person's.", async () => {
  const other = { id: 'lbl-hand', name: 'by hand', protocol: 'HTTP', port: 8080, settings: {} } as const;
  const rules = [{ locationId: 'loc-hand', domain: 'c.com', url: '/', settings: {} }];
  await installedAgain(() => {
    world.clb.addListener(clbId, { ...other, rules });
    const source = listeners().find(({ port }) => port === 80);
    if (source === undefined) return;
    const to = { listenerId: 'lbl-hand', locationId: 'loc-hand' };
    const led = (source.redirects ?? []).map((one) => (one.domain === 'a.com' ? { ...one, to } : one));
    world.clb.addListener(clbId, { ...source, redirects: led });
  });
  expect(world.cluster.said('RedirectByHand')).toBe(1);
  expect(redirects().find(({ domain }) => domain === 'a.com')?.to.locationId).toBe('loc-hand');
});
