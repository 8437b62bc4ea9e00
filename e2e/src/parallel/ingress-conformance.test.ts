import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Ingress } from '@kubernetes/client-node';
import { balancers } from '@clb-direct/scripts/conformance/scenario.ts';
import { scenarios } from '@clb-direct/scripts/conformance/scenarios.ts';
import { ingress as ingressPath } from '@clb-direct/shared/kube/client/paths.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer, listenersOf } from '../support/clb.ts';
import { connect, get } from '../support/cluster.ts';
import { answersOf, backends, ingresses, type BalancerIds } from '../support/conformance.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** What Kubernetes' documentation of Ingress promises, scenario by scenario: docs/conformance.md has the results. */
const namespace = 'e2e-conformance';
const ids: BalancerIds = {
  paths: { loadBalancerId: 'lb-conf0001', vip: '198.51.100.53' },
  hosts: { loadBalancerId: 'lb-conf0002', vip: '198.51.100.54' },
  'no-host': { loadBalancerId: 'lb-conf0003', vip: '198.51.100.55' },
  'default-backend': { loadBalancerId: 'lb-conf0004', vip: '198.51.100.56' },
};
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await Promise.all(balancers.map(async (one) => addLoadBalancer(ids[one].loadBalancerId, ids[one].vip)));
  await apply(backends(namespace));
  await apply(ingresses(namespace, scenarios, ids, 'first'));
  // The API server writes the time of creation in whole seconds, and the later ones must be younger.
  await sleep(1_100);
  await apply(ingresses(namespace, scenarios, ids, 'later'));
}, 120_000);

afterAll(async () => {
  await kubectl(['-n', namespace, 'delete', 'ingress', '--all', '--wait=false', '--ignore-not-found']);
  await until(
    'no listener of an Ingress',
    async () => (await Promise.all(balancers.map(async (one) => listenersOf(ids[one].loadBalancerId)))).flat(),
    (left) => left.length === 0,
  );
  await deleteNamespaces(api, namespace);
  await api.close();
}, 300_000);

test.each(scenarios)(
  '$name',
  async ({ balancer, requests }) => {
    const expected = requests.map(({ expects }) => expects);
    // Until the checks have passed, a CLB answers for its rules itself.
    const seen = await until(
      'the answers of the scenario',
      async () => answersOf(ids[balancer].vip, requests),
      (answers) => JSON.stringify(answers) === JSON.stringify(expected),
      180_000,
    ).catch(async () => answersOf(ids[balancer].vip, requests));
    expect(seen).toEqual(expected);
  },
  240_000,
);

test('Every Ingress has the address of its CLB in its status.', async () => {
  for (const [index, { balancer }] of scenarios.entries()) {
    const { status } = await get<V1Ingress>(api, ingressPath(namespace, `s${index + 1}-0`));
    expect(status?.loadBalancer?.ingress?.map(({ ip }) => ip)).toEqual([ids[balancer].vip]);
  }
});
