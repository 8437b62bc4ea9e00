import type { EventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { describeRemaining, judgeUninstall, remainingListeners, uninstallCondition } from './judge-uninstall.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import type { Reporter } from '../core/model/cluster-port.ts';
import { createOwnerReporter } from '../kube/owner-reporter.ts';
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
  const reporter = createOwnerReporter(createReporter({ ...o, nowMs: () => performance.now() }));
  const plan = judgeUninstall(await listUninstallFacts(o, signal));
  const parts = {
    gates: createGateWriter(o.api, o.gateType),
    owners: createOwnerWriter(o.api),
    onOpened: (pod: PodView) => reporter.aboutPod(pod, { severity: 'Normal', ...uninstalled }),
    onReleased: (owner: OwnerView) => reportReleased(owner, o.clusterId, reporter),
  };
  const failures = await releaseAll(plan, parts, signal);
  for (const { release, error } of failures) o.log.warn({ err: error, what: release.what }, 'could not release');
  return plan.openings.length + plan.releases.length === 0;
}

const uninstalled = { reason: uninstallCondition.reason, message: uninstallCondition.message };

function reportReleased(owner: OwnerView, clusterId: string, reporter: Reporter): void {
  for (const remaining of remainingListeners([owner], clusterId)) {
    const message = describeRemaining(remaining);
    reporter.aboutOwner(owner, { severity: 'Warning', reason: uninstallCondition.reason, message });
  }
}
