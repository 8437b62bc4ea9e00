import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { programName } from '@clb-direct/shared/domain/names.ts';
import { installNamespace, untilWhole, webhookPods } from '../support/admissions/webhook-pods.ts';
import { listenersOf } from '../support/clb.ts';
import { withFrozenKubelet } from '../support/kubelet.ts';
import { underLoad } from '../support/load.ts';
import { hasGate, living } from '../support/pods.ts';
import { kubectl } from '../support/run.ts';
import { servingLong } from '../support/serving-long.ts';
import { until } from '../support/until.ts';

/** The last targets that serve go on serving while a program of the cluster is away, until a replacement is Alive. */
const namespace = 'e2e-last-serving';
const loadBalancerId = 'lb-last0001';
const vip = '198.51.100.29';
const { api, pods, roll, uidsNow, untilReady } = servingLong({ namespace, loadBalancerId, vip });

/** Longer than the pods' grace period, shorter than what makes the node NotReady. */
const frozenMs = 33_000;

test('When the only node with pods is evicted while its kubelet is frozen, no request is lost.', async () => {
  await roll(3);
  await untilReady(3);
  const all = await pods();
  const before = await uidsNow();
  const node = all[0]?.spec?.nodeName ?? '';
  expect(all.map(({ spec }) => spec?.nodeName)).toEqual([node, node, node]);
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
  await roll(3);
  await untilReady(3);
  const before = await uidsNow();
  const result = await underLoad(vip, 50, async () => {
    await withoutWebhook(async () => {
      await roll(3, 'second');
      await untilReady(3, (uid) => !before.has(uid));
    });
    await until('targets of the new pods alone', uidsOfTargets, (uids) => {
      return uids.length === 3 && uids.every((uid) => !before.has(uid));
    });
  });
  expect(living(await pods()).map(hasGate)).toEqual([false, false, false]);
  expect(result.failures).toEqual([]);
});

async function withoutWebhook(work: () => Promise<void>): Promise<void> {
  const scale = ['-n', installNamespace, 'scale', `deployment/${programName.webhook}`];
  await kubectl([...scale, '--replicas=0']);
  try {
    await until(
      'no webhook',
      async () => webhookPods(api()),
      (all) => all.length === 0,
    );
    await work();
  } finally {
    await kubectl([...scale, '--replicas=2']);
    await untilWhole(api());
  }
}

/** A target's tag is the UID of its pod. */
async function uidsOfTargets(): Promise<readonly string[]> {
  return (await listenersOf(loadBalancerId)).flatMap(({ targets }) => targets).map(({ tag }) => tag ?? '');
}
