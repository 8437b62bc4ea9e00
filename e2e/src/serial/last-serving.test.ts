import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { patchType } from '@clb-direct/shared/kube/client/kube-api.ts';
import { podStatus } from '@clb-direct/shared/kube/client/paths.ts';
import { programName } from '@clb-direct/shared/domain/names.ts';
import { installNamespace, untilWhole, webhookPods } from '../support/admissions/webhook-pods.ts';
import { addLoadBalancer, listenersOf } from '../support/clb.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { withFrozenKubelet } from '../support/kubelet.ts';
import { underLoad } from '../support/load.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { hasGate, living, podsOf, untilReplicas } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** The last targets that serve go on serving while their containers run, until a replacement is Alive. */
const namespace = 'e2e-last-serving';
const loadBalancerId = 'lb-last0001';
const vip = '198.51.100.29';
/** The application serves on after SIGTERM for longer than a new target takes to become Alive. */
const pod = (generation = '') => ({
  app: 'web',
  env: { STOP_DELAY_MS: '25000', GENERATION: generation },
  spec: { terminationGracePeriodSeconds: 30 },
});
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, vip);
  await apply(namespaceOf(namespace));
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
});

afterEach(async () => {
  await kubectl(['-n', namespace, 'delete', 'deployment', 'web', '--wait=true']);
  // Nobody waits for their application any more: their containers end later, by themselves.
  await kubectl(['-n', namespace, 'delete', 'pods', '--all', '--grace-period=0', '--force', '--wait=false']);
  await until(
    'no pods',
    async () => podsOf(api, namespace, 'web'),
    (all) => all.length === 0,
    120_000,
  );
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

const untilReady = async (replicas: number, isNew?: (uid: string) => boolean) =>
  untilReplicas(api, { namespace, app: 'web', replicas }, isNew);

async function uidsNow(): Promise<ReadonlySet<string>> {
  return new Set((await podsOf(api, namespace, 'web')).map(({ metadata }) => metadata?.uid ?? ''));
}

test.each([1, 3])('When all of %s pods are deleted at once, no request is lost.', async (replicas) => {
  await apply(deployment(namespace, replicas, pod()));
  await untilReady(replicas);
  const before = await uidsNow();
  const result = await underLoad(vip, 50, async () => {
    await kubectl(['-n', namespace, 'delete', 'pods', '--all', '--wait=false']);
    await untilReady(replicas, (uid) => !before.has(uid));
  });
  expect(result.failures).toEqual([]);
  expect(result.ok).toBeGreaterThan(50);
});

test('When a rollout begins right after the first health of a new Service, no request is lost.', async () => {
  await kubectl(['-n', namespace, 'delete', 'service', 'web']);
  await apply(deployment(namespace, 2, pod()));
  // Before there is a Service the gates open, as nothing has to be waited for.
  await untilReady(2);
  const before = await uidsNow();
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await until(
    'one target that is Alive',
    async () => listenersOf(loadBalancerId),
    (all) => all.flatMap(({ targets }) => targets).some(({ health }) => health === 'Alive'),
    120_000,
  );
  const result = await underLoad(vip, 50, async () => {
    await apply(deployment(namespace, 2, pod('second')));
    await untilReady(2, (uid) => !before.has(uid));
  });
  expect(result.failures).toEqual([]);
});

/** Longer than the pods' grace period, shorter than what makes the node NotReady. */
const frozenMs = 33_000;

test('When the only node with pods is evicted while its kubelet is frozen, no request is lost.', async () => {
  await apply(deployment(namespace, 3, pod()));
  await untilReady(3);
  const pods = await podsOf(api, namespace, 'web');
  const before = await uidsNow();
  const node = pods[0]?.spec?.nodeName ?? '';
  expect(pods.map(({ spec }) => spec?.nodeName)).toEqual([node, node, node]);
  const result = await underLoad(vip, 50, async () => {
    try {
      await withFrozenKubelet(node, async () => {
        const thawed = sleep(frozenMs);
        const drain = kubectl(['drain', node, '--pod-selector=app=web', '--ignore-daemonsets', '--timeout=10s']);
        // The drain waits in vain: nobody ends the containers.
        await expect(drain).rejects.toThrow('timeout');
        await thawed;
      });
    } finally {
      await kubectl(['uncordon', node]);
    }
    await untilReady(3, (uid) => !before.has(uid));
  });
  expect(result.failures).toEqual([]);
  expect(result.ok).toBeGreaterThan(50 * 30);
});

test('When a rollout begins while no webhook runs, so that its pods have no gate, no request is lost.', async () => {
  await apply(deployment(namespace, 3, pod()));
  await untilReady(3);
  const before = await uidsNow();
  const result = await underLoad(vip, 50, async () => {
    await withoutWebhook(async () => {
      await apply(deployment(namespace, 3, pod('second')));
      await untilReady(3, (uid) => !before.has(uid));
    });
    await until('targets of the new pods alone', uidsOfTargets, (uids) => {
      return uids.length === 3 && uids.every((uid) => !before.has(uid));
    });
  });
  expect(living(await podsOf(api, namespace, 'web')).map(hasGate)).toEqual([false, false, false]);
  expect(result.failures).toEqual([]);
});

async function withoutWebhook(work: () => Promise<void>): Promise<void> {
  const scale = ['-n', installNamespace, 'scale', `deployment/${programName.webhook}`];
  await kubectl([...scale, '--replicas=0']);
  try {
    await until(
      'no webhook',
      async () => webhookPods(api),
      (all) => all.length === 0,
    );
    await work();
  } finally {
    await kubectl([...scale, '--replicas=2']);
    await untilWhole(api);
  }
}

/** A target's tag is the UID of its pod. */
async function uidsOfTargets(): Promise<readonly string[]> {
  return (await listenersOf(loadBalancerId)).flatMap(({ targets }) => targets).map(({ tag }) => tag ?? '');
}

test('When the kubelet calls all pods unready for a moment, no request is lost.', async () => {
  await apply(deployment(namespace, 3, pod()));
  await untilReady(3);
  const pods = await podsOf(api, namespace, 'web');
  const conditions = ['ContainersReady', 'Ready'].map((type) => ({ type, status: 'False' }));
  const result = await underLoad(vip, 50, async () => {
    const body = { status: { conditions } };
    await Promise.all(
      pods.map(async ({ metadata }) => {
        const path = podStatus(namespace, metadata?.name ?? '');
        const { signal } = new AbortController();
        await api.call({ method: 'PATCH', path, body, contentType: patchType.strategicMerge, signal });
      }),
    );
    await sleep(6_000);
    await untilReady(3);
  });
  expect(result.failures).toEqual([]);
});
