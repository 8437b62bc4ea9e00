import type { EventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { describeRemaining, judgeUninstall, remainingListeners, uninstallCondition } from './judge-uninstall.ts';
import { describeOwner } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { createEventReporter } from '../kube/event-reporter.ts';
import { createGateWriter } from '../kube/gate-writer.ts';
import { releaseAll } from './release.ts';
import { listUninstallFacts } from './list-uninstall-facts.ts';
import { createOwnerWriter } from '../kube/owner-writer.ts';

export interface SweepOptions {
  readonly api: KubeApi;
  readonly gateType: string;
  readonly clusterId: string;
  readonly tkePresent: boolean;
  readonly recorder: EventRecorder;
  readonly log: Log;
}

/** Opens gates and releases Services once. Returns whether there was nothing to do. */
export async function sweep(o: SweepOptions, signal: AbortSignal): Promise<boolean> {
  const plan = judgeUninstall(await listUninstallFacts(o, signal));
  const parts = {
    gates: createGateWriter(o.api, o.gateType),
    owners: createOwnerWriter(o.api),
    onOpened: (pod: PodView) => reportOpened(pod, o),
    onReleased: (owner: OwnerView) => reportReleased(owner, o),
  };
  const failures = await releaseAll(plan, parts, signal);
  for (const { what, error } of failures) o.log.warn({ err: error, what }, 'could not release');
  return plan.openings.length + plan.releases.length === 0;
}

function reportOpened(pod: PodView, { recorder, log }: SweepOptions): void {
  const { reason, message } = uninstallCondition;
  createEventReporter(recorder).aboutPod(pod, { severity: 'Normal', reason, message });
  log.info({ pod: pod.key, reason }, 'opened the gate');
}

function reportReleased(owner: OwnerView, { clusterId, recorder, log }: SweepOptions): void {
  for (const remaining of remainingListeners([owner], clusterId)) {
    const { loadBalancerId, places, listenerName } = remaining;
    const { reason } = uninstallCondition;
    const message = describeRemaining(remaining);
    createEventReporter(recorder).aboutOwner(owner, { severity: 'Warning', reason, message });
    log.warn(
      { owner: describeOwner(owner), loadBalancerId, places, listenerName },
      'listeners with this name may remain on the CLB',
    );
  }
}
