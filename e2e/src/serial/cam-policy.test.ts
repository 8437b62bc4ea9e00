import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { camPolicy, camPolicyWithout } from '../support/cam-policy.ts';
import { addLoadBalancer, listenersOf, localClb, putPolicy, secretIdOf } from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { namespaceOf, service } from '../support/manifests.ts';
import { eventsOf } from '../support/pods.ts';
import { apply } from '../support/run.ts';
import { until } from '../support/until.ts';

/** The local install has the credentials whose policy is manifests/cam-policy.json: the whole suite runs with it. */
const namespace = 'e2e-cam';
const loadBalancerId = 'lb-campol01';
const secretId = secretIdOf(localClb.controllerCredentials);
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, '198.51.100.47');
  await apply(namespaceOf(namespace));
});

afterAll(async () => {
  await putPolicy(secretId, camPolicy());
  await deleteNamespaces(api, namespace);
  await api.close();
});

type Client = ReturnType<typeof cloudClient>;

describe('The credentials of the controller do not allow', () => {
  const LoadBalancerId = loadBalancerId;
  test.each<[string, (cloud: Client) => Promise<unknown>]>([
    ['DeleteLoadBalancerListeners', async (cloud) => cloud.DeleteLoadBalancerListeners({ LoadBalancerId })],
    [
      'SetLoadBalancerStartStatus',
      async (cloud) => cloud.SetLoadBalancerStartStatus({ LoadBalancerId, OperationType: 'Stop' }),
    ],
    ['DescribeClassicalLBListeners', async (cloud) => cloud.DescribeClassicalLBListeners({ LoadBalancerId })],
  ])('%s.', async (action, call) => {
    await expect(call(cloudClient(localClb.controllerCredentials))).rejects.toMatchObject({
      code: 'UnauthorizedOperation',
      message: expect.stringContaining(`operation (clb:${action})`) as unknown,
    });
  });
});

test('An action that is not allowed is an event that names it; once allowed, the Service is served.', async () => {
  await putPolicy(secretId, camPolicyWithout('clb:CreateListener'));
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  const events = await until(
    'the event CredentialsRefused',
    async () => eventsOf(api, namespace, 'web'),
    (all) => all.some(({ reason }) => reason === 'CredentialsRefused'),
  );
  expect(events.find(({ reason }) => reason === 'CredentialsRefused')?.message).toContain(
    'Allow clb:CreateListener in CAM',
  );
  expect(await listenersOf(loadBalancerId)).toEqual([]);

  await putPolicy(secretId, camPolicy());
  await until(
    'the listener',
    async () => listenersOf(loadBalancerId),
    (all) => all.length === 1,
  );
});
