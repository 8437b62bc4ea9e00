import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer, callsSince, listenersOf, newestCall } from '../support/clb.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { hasGate, isReady, living, podsOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

const namespace = 'e2e-killed';
const loadBalancerId = 'lb-killed01';
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, '198.51.100.23');
  await apply(namespaceOf(namespace));
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await apply(deployment(namespace, 6, { app: 'web' }));
  await until('six ready pods', pods, (all) => all.length === 6 && all.every(isReady));
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

const pods = async () => living(await podsOf(api, namespace, 'web'));

test.each(['controller', 'webhook'])(
  'A rollout during which every %s pod is deleted completes; each pod has its gate and one target.',
  async (program) => {
    const before = await newestCall();
    await apply(deployment(namespace, 6, { app: 'web', env: { GENERATION: program } }));
    await sleep(1_500);
    await deleteOneByOne(program);

    const fresh = await until(
      'six ready pods of the new generation',
      pods,
      (all) => all.length === 6 && all.every((pod) => isReady(pod) && generationOf(pod) === program),
      300_000,
    );

    expect(fresh.map(hasGate)).toEqual(Array(6).fill(true));
    const addresses = fresh.map(({ status }) => status?.podIP ?? '').toSorted();
    const targets = await until(
      'the targets to be the new pods',
      async () => (await listenersOf(loadBalancerId))[0]?.targets ?? [],
      (all) => all.length === 6,
    );
    expect(targets.map(({ ip }) => ip).toSorted()).toEqual(addresses);
    expect(await registeredTwice(before)).toEqual([]);
    expect(await listenersOf(loadBalancerId)).toHaveLength(1);
  },
);

function generationOf(pod: Awaited<ReturnType<typeof pods>>[number]): string | undefined {
  return pod.spec?.containers[0]?.env?.find(({ name }) => name === 'GENERATION')?.value;
}

/** One after the other, so that one replica of the webhook always lives. */
async function deleteOneByOne(program: string): Promise<void> {
  const label = `app.kubernetes.io/name=clb-direct-${program}`;
  const names = (await kubectl(['-n', 'clb-direct', 'get', 'pods', '-l', label, '-o', 'name'])).trim().split('\n');
  for (const name of names) {
    await kubectl(['-n', 'clb-direct', 'delete', name]);
    await kubectl(['-n', 'clb-direct', 'rollout', 'status', `deployment/clb-direct-${program}`, '--timeout=120s']);
  }
}

/** Pod UIDs (they stand in the targets' tags) that were registered in more than one successful call. */
async function registeredTwice(since: number): Promise<readonly string[]> {
  const calls = await callsSince(since);
  const done = calls.filter(
    ({ action, code, loadBalancerId: id }) =>
      action === 'BatchRegisterTargets' && code === null && id === loadBalancerId,
  );
  const tags = done.flatMap(({ request }) => (request as { Targets: { Tag: string }[] }).Targets.map(({ Tag }) => Tag));
  return tags.filter((tag, index) => tags.indexOf(tag) !== index);
}
