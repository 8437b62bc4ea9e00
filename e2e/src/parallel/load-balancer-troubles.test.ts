import { expect, test } from '@jest/globals';
import { besideBystander } from '../support/bystander.ts';
import { addLoadBalancer, listenersOf } from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { deployment, service } from '../support/manifests.ts';
import { apply } from '../support/run.ts';
import { until } from '../support/until.ts';

/** Trouble that one CLB has. */
const namespace = 'e2e-load-balancer-troubles';
const { events, expectBystanderUnharmed, start, untilEvent, untilReady } = besideBystander({
  namespace,
  loadBalancerId: 'lb-bystand2',
  vip: '198.51.100.94',
});

test('An unknown CLB id is an event, and it recovers when the CLB appears.', async () => {
  await start('nowhere', 'lb-nowhere1');
  await untilEvent('nowhere', 'LoadBalancerNotFound', 'lb-nowhere1');
  await expectBystanderUnharmed();

  await addLoadBalancer('lb-nowhere1', '198.51.100.33');
  await untilReady('nowhere', 1);
});

test('A port of another owner is an event, its listener stays, and ours is made when the port is free.', async () => {
  const loadBalancerId = 'lb-taken001';
  await addLoadBalancer(loadBalancerId, '198.51.100.35');
  const cloud = cloudClient();
  await cloud.CreateListener({
    LoadBalancerId: loadBalancerId,
    Ports: [80],
    Protocol: 'TCP',
    ListenerNames: ['another-owner'],
  });
  const [foreign] = await until(
    'the foreign listener',
    async () => listenersOf(loadBalancerId),
    (all) => all.length === 1,
  );

  await start('taken', loadBalancerId);
  await untilEvent('taken', 'ListenerConflict', 'another-owner');
  await expectBystanderUnharmed();
  expect(await listenersOf(loadBalancerId)).toEqual([foreign]);

  await cloud.DeleteListener({ LoadBalancerId: loadBalancerId, ListenerId: foreign?.id ?? '' });
  await until(
    'the foreign listener to be gone',
    async () => listenersOf(loadBalancerId),
    (all) => !all.some(({ name }) => name === 'another-owner'),
  );
  await untilReady('taken', 1);
});

test('A refused listener is an event on its Service only; others are made, a deleted one is restored.', async () => {
  const loadBalancerId = 'lb-range001';
  await addLoadBalancer(loadBalancerId, '198.51.100.38');
  const cloud = cloudClient();
  await cloud.CreateListener({ LoadBalancerId: loadBalancerId, Ports: [80], EndPort: 89, Protocol: 'TCP' });
  const [range] = await until(
    'the port range',
    async () => listenersOf(loadBalancerId),
    (all) => all.length === 1,
  );
  const app = 'beside';
  await apply(service(namespace, { name: 'inside', app: 'inside', loadBalancerId, port: 85 }));
  await apply(service(namespace, { name: app, app, loadBalancerId, port: 90 }));
  await apply(deployment(namespace, 1, { app: 'inside' }));
  await apply(deployment(namespace, 1, { app }));
  await untilReady(app, 1);
  await untilEvent('inside', 'CloudRefused', '85');
  const besideEvents = await events(app);
  expect(besideEvents.filter(({ type }) => type === 'Warning')).toEqual([]);

  await cloud.DeleteListener({ LoadBalancerId: loadBalancerId, ListenerId: range?.id ?? '' });
  await Promise.all([untilReady('inside', 1), loseListener(app, loadBalancerId)]);
});

/** Somebody deletes the listener of the Service; the next change of its pods finds out. */
async function loseListener(app: string, loadBalancerId: string): Promise<void> {
  const lost = (await listenersOf(loadBalancerId)).find(({ port }) => port === 90);
  const request = { LoadBalancerId: loadBalancerId, ListenerId: lost?.id ?? '' };
  // A CLB does one change at a time, and refuses others meanwhile.
  const remove = async () =>
    cloudClient()
      .DeleteListener(request)
      .catch(() => undefined);
  await until('the CLB to take the deletion', remove, (answer) => answer !== undefined);
  await until(
    'the deleted listener to be gone',
    async () => listenersOf(loadBalancerId),
    (all) => !all.some(({ id }) => id === lost?.id),
  );
  await apply(deployment(namespace, 2, { app }));
  await untilEvent(app, 'ListenerMissing', lost?.id);
  await untilEvent(app, 'ListenerRestored');
  await untilReady(app, 2);
}
