import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import {
  addCredentials,
  addLoadBalancer,
  forgetCredentials,
  listenersOf,
  localClb,
  withFault,
} from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { eventsOf, isReady, living, podsOf } from '../support/pods.ts';
import { apply, ask, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

const namespace = 'e2e-troubles';
/** A Service that has nothing to do with the trouble. */
const bystander = { loadBalancerId: 'lb-bystand1', vip: '198.51.100.31' };
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(bystander.loadBalancerId, bystander.vip);
  await apply(namespaceOf(namespace));
  await apply(service(namespace, { name: 'bystander', app: 'bystander', loadBalancerId: bystander.loadBalancerId }));
  await apply(deployment(namespace, 1, { app: 'bystander' }));
  await untilReady('bystander', 1);
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

beforeEach(async () => {
  await apply(namespaceOf(namespace));
});

async function untilReady(app: string, count: number): Promise<void> {
  await until(
    `${count} ready pods of ${app}`,
    async () => living(await podsOf(api, namespace, app)),
    (all) => all.length === count && all.every(isReady),
    180_000,
  );
}

/** Waits for the event on the Service that says what is wrong. */
async function untilEvent(name: string, reason: string, part = ''): Promise<void> {
  await until(
    `event ${reason} on ${name} with "${part}"`,
    async () => eventsOf(api, namespace, name),
    (all) => all.some((event) => event.reason === reason && event.message?.includes(part)),
  );
}

async function expectBystanderUnharmed(): Promise<void> {
  expect((await ask(bystander.vip)).pod).toMatch(/^bystander-/);
  const [listener] = await listenersOf(bystander.loadBalancerId);
  expect(listener?.targets).toMatchObject([{ weight: 10 }]);
}

async function start(app: string, loadBalancerId: string): Promise<void> {
  await apply(service(namespace, { name: app, app, loadBalancerId }));
  await apply(deployment(namespace, 1, { app }));
}

test('Wrong credentials are an event, nothing is harmed, and it recovers when they are correct again.', async () => {
  await addLoadBalancer('lb-creds001', '198.51.100.32');
  const [secretId = '', secretKey = ''] = localClb.controllerCredentials.split(':');
  await forgetCredentials(secretId);
  try {
    await start('creds', 'lb-creds001');
    await untilEvent('creds', 'CredentialsRefused', 'credentials');
    await expectBystanderUnharmed();
  } finally {
    await addCredentials(secretId, secretKey);
  }
  await untilReady('creds', 1);
});

test('An unknown CLB id is an event, and it recovers when the CLB appears.', async () => {
  await start('nowhere', 'lb-nowhere1');
  await untilEvent('nowhere', 'LoadBalancerNotFound', 'lb-nowhere1');
  await expectBystanderUnharmed();

  await addLoadBalancer('lb-nowhere1', '198.51.100.33');
  await untilReady('nowhere', 1);
});

test('An unknown region is an event, and it recovers when the setting is corrected.', async () => {
  await addLoadBalancer('lb-region01', '198.51.100.34');
  const controller = ['-n', 'clb-direct', 'set', 'env', 'deployment/clb-direct-controller'];
  await kubectl([...controller, 'REGION=ap-nowhere']);
  try {
    await start('region', 'lb-region01');
    await untilEvent('region', 'CloudRefused', 'ap-nowhere');
    await expectBystanderUnharmed();
  } finally {
    await kubectl([...controller, 'REGION-']);
  }
  await untilReady('region', 1);
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
  const besideEvents = await eventsOf(api, namespace, app);
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

test.each([
  ['throttles', { kind: 'throttle' }, 'CloudThrottled', 'lb-throttle'],
  ['is down', { kind: 'down' }, 'CloudUnavailable', 'lb-down0001'],
])(
  'While the API %s for 15 s an event reports it, nothing is harmed, and it recovers.',
  async (_name, fault, reason, loadBalancerId) => {
    const app = loadBalancerId.slice(3);
    await addLoadBalancer(loadBalancerId, app === 'throttle' ? '198.51.100.36' : '198.51.100.37');
    await withFault(reason.toLowerCase(), fault, async () => {
      const startedMs = Date.now();
      await start(app, loadBalancerId);
      await untilEvent(app, reason, 'Could not ');
      await expectBystanderUnharmed();
      await sleep(Math.max(0, 15_000 - (Date.now() - startedMs)));
    });
    await untilReady(app, 1);
  },
);
