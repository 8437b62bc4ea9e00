import type { EventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { describeRemaining, judgeUninstall, remainingListeners, uninstallCondition } from './judge-uninstall.ts';
import type { PodView, ServiceView } from '../core/views.ts';
import { createAnnouncer } from '../kube/announcer.ts';
import { createGateWriter } from '../kube/gate-writer.ts';
import { releaseAll } from './release.ts';
import { listUninstallFacts } from './list-uninstall-facts.ts';
import { createServiceWriter } from '../kube/service-writer.ts';

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
    services: createServiceWriter(o.api),
    onOpened: (pod: PodView) => reportOpened(pod, o),
    onReleased: (service: ServiceView) => reportReleased(service, o),
  };
  const failures = await releaseAll(plan, parts, signal);
  for (const { what, error } of failures) o.log.warn({ err: error, what }, 'could not release');
  return plan.openings.length + plan.releases.length === 0;
}

function reportOpened(pod: PodView, { recorder, log }: SweepOptions): void {
  const { reason, message } = uninstallCondition;
  createAnnouncer(recorder).aboutPod(pod, { type: 'Normal', reason, message });
  log.info({ pod: pod.key, reason }, 'opened the gate');
}

function reportReleased(service: ServiceView, { clusterId, recorder, log }: SweepOptions): void {
  for (const remaining of remainingListeners([service], clusterId)) {
    const { loadBalancerId, slots, listenerName } = remaining;
    const announcement = {
      type: 'Warning',
      reason: uninstallCondition.reason,
      message: describeRemaining(remaining),
    } as const;
    createAnnouncer(recorder).aboutService(service, announcement);
    log.warn(
      { service: service.key, loadBalancerId, slots, listenerName },
      'listeners with this name may remain on the CLB',
    );
  }
}
