import type { EventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { uninstallCondition, judgeUninstall, remaindersOf, tellRemainder } from './judge-uninstall.ts';
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

/** Lets go, once, of everything that nobody looks after any more. Tells whether there was nothing. */
export async function sweep(o: SweepOptions, signal: AbortSignal): Promise<boolean> {
  const plan = judgeUninstall(await listUninstallFacts(o, signal));
  const parts = {
    gates: createGateWriter(o.api, o.gateType),
    owners: createOwnerWriter(o.api),
    onOpened: (pod: PodView) => tellOpened(pod, o),
    onReleased: (owner: OwnerView) => tellReleased(owner, o),
  };
  const stuck = await releaseAll(plan, parts, signal);
  for (const { what, error } of stuck) o.log.warn({ err: error, what }, 'could not let go');
  return plan.openings.length + plan.releases.length === 0;
}

function tellOpened(pod: PodView, { recorder, log }: SweepOptions): void {
  const { reason, message } = uninstallCondition;
  createEventReporter(recorder).aboutPod(pod, { severity: 'Normal', reason, message });
  log.info({ pod: pod.key, reason }, 'opened the gate');
}

function tellReleased(owner: OwnerView, { clusterId, recorder, log }: SweepOptions): void {
  for (const remainder of remaindersOf([owner], clusterId)) {
    const { loadBalancerId, places, listenerName } = remainder;
    const message = tellRemainder(remainder);
    createEventReporter(recorder).aboutOwner(owner, {
      severity: 'Warning',
      reason: uninstallCondition.reason,
      message,
    });
    log.warn({ owner: owner.key, loadBalancerId, places, listenerName }, 'listeners of this name may stay on the CLB');
  }
}
