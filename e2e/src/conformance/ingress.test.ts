import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Ingress } from '@kubernetes/client-node';
import {
  balancers,
  replicas,
  type Balancer,
  type Scenario,
  type ScenarioRequest,
} from '@clb-direct/scripts/conformance/scenario.ts';
import { scenarios } from '@clb-direct/scripts/conformance/scenarios.ts';
import { ingress as ingressPath } from '@clb-direct/shared/kube/client/paths.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { answersOf, podsAnswering } from '../support/ask-scenarios.ts';
import { addLoadBalancer, listenersOf } from '../support/clb.ts';
import { connect, get } from '../support/cluster.ts';
import {
  backends,
  changeIngresses,
  makeIngresses,
  makeSecrets,
  nameOf,
  type BalancerIds,
} from '../support/conformance.ts';
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
  single: { loadBalancerId: 'lb-conf0005', vip: '198.51.100.57' },
  examples: { loadBalancerId: 'lb-conf0006', vip: '198.51.100.58' },
};
let api: KubeApi;
let caFile = '';

beforeAll(async () => {
  api = await connect();
  await Promise.all(balancers.map(async (one) => addLoadBalancer(ids[one].loadBalancerId, ids[one].vip)));
  await apply(backends(namespace));
  caFile = await makeSecrets(namespace, scenarios);
  await makeIngresses(namespace, scenarios, ids);
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

/** Until the checks have passed, a CLB answers for its rules itself. */
async function expectAnswers(balancer: Balancer, requests: readonly ScenarioRequest[]): Promise<void> {
  const asking = { vip: ids[balancer].vip, caFile };
  const expected = requests.map(({ expects }) => expects);
  const seen = await until(
    'the answers of the scenario',
    async () => answersOf(asking, requests),
    (answers) => JSON.stringify(answers) === JSON.stringify(expected),
    180_000,
  ).catch(async () => answersOf(asking, requests));
  expect(seen).toEqual(expected);
}

async function expectAllPods(balancer: Balancer, request: ScenarioRequest): Promise<void> {
  const wanted = typeof request.expects === 'string' ? replicas[request.expects] : 0;
  const pods = await until(
    `${wanted} pods that answer`,
    async () => podsAnswering({ vip: ids[balancer].vip, caFile }, request, wanted * 10),
    ({ size }) => size === wanted,
  );
  expect(pods.size).toBe(wanted);
}

const isChanging = ({ change }: Scenario) => change !== undefined;
const changing = scenarios.filter(isChanging);

async function expectScenario({ balancer, requests }: Scenario): Promise<void> {
  await expectAnswers(balancer, requests);
  for (const one of requests) if (one.reachesAll === true) await expectAllPods(balancer, one);
}

test.each(changing)('$name At first.', expectScenario, 240_000);

// Targets of rules that go are drained while the other scenarios are asked.
test('The Ingresses of these scenarios are changed.', async () => changeIngresses(namespace, scenarios, ids));

test.each(scenarios.filter((one) => !isChanging(one)))('$name', expectScenario, 240_000);

test('Every Ingress of ours has the address of its CLB in its status.', async () => {
  for (const [index, { balancer, ingresses }] of scenarios.entries()) {
    const { status } = await get<V1Ingress>(api, ingressPath(namespace, nameOf(index, 0)));
    const expected = ingresses[0]?.ingressClassName === undefined ? [ids[balancer].vip] : undefined;
    expect(status?.loadBalancer?.ingress?.map(({ ip }) => ip)).toEqual(expected);
  }
});

test.each(changing)(
  '$name',
  async ({ balancer, change }) => {
    if (change !== undefined) await expectAnswers(balancer, change.requests);
  },
  240_000,
);
