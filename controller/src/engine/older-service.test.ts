import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

/** A Service whose listeners are its own, and a listener that Ingresses share. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

const rules = () =>
  world.clb
    .listenersOf(clbId)
    .flatMap((one) => one.rules.map((rule) => `${rule.locationId} ${rule.domain}${rule.url}`));
const specify = (host: string) => ({
  [annotation.specifyProtocol]: JSON.stringify({ 80: { protocol: ['HTTP'], hosts: { [host]: {} } } }),
});

test.each(['team', 'shop'])('An older Service of namespace %s takes no rule of an Ingress.', async (namespace) => {
  const paths = [aPath({ host: 'a.com', path: '/', pathType: 'ImplementationSpecific' })];
  const older = { namespace, name: 'old', uid: 'uid-old', createdAtMs: 1, selector: { app: 'old' } };
  world.cluster.ingresses.put(anIngress({ createdAtMs: 2, paths }));
  world.start({ resyncMs: 300 });
  await until(() => Object.keys(world.clb.picture(clbId)).length > 0);
  const before = [rules(), world.clb.picture(clbId)];

  world.cluster.putService(aNewService({ ...older, annotations: specify('a.com') }));
  await passMs(5_000);
  world.cluster.putPod(aPod({ name: 'web-2', uid: 'uid-2', ip: '10.0.0.2' }));
  await passMs(5_000);

  expect(rules()).toEqual(before[0]);
  const targets = world.clb.picture(clbId);
  expect(targets).toMatchObject(before[1] ?? {});
  expect(Object.values(targets)).toEqual([10, 10]);
});
