import type { EventRecorder } from '@clb-direct/shared/kube/event-recorder.ts';
import type { KubeApi } from '@clb-direct/shared/kube/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { farewellCondition, judgeFarewell, remaindersOf, tellRemainder } from '../core/judge-farewell.ts';
import type { PodView, ServiceView } from '../core/views.ts';
import { createAnnouncer } from './announcer.ts';
import { createGateWriter } from './gate-writer.ts';
import { letGo } from './let-go.ts';
import { listFarewellFacts } from './list-farewell-facts.ts';
import { createServiceWriter } from './service-writer.ts';

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
  const plan = judgeFarewell(await listFarewellFacts(o, signal));
  const parts = {
    gates: createGateWriter(o.api, o.gateType),
    services: createServiceWriter(o.api),
    onOpened: (pod: PodView) => tellOpened(pod, o),
    onReleased: (service: ServiceView) => tellReleased(service, o),
  };
  const stuck = await letGo(plan, parts, signal);
  for (const { what, error } of stuck) o.log.warn({ err: error, what }, 'could not let go');
  return plan.openings.length + plan.releases.length === 0;
}

function tellOpened(pod: PodView, { recorder, log }: SweepOptions): void {
  const { reason, message } = farewellCondition;
  createAnnouncer(recorder).aboutPod(pod, { type: 'Normal', reason, message });
  log.info({ pod: pod.key, reason }, 'opened the gate');
}

function tellReleased(service: ServiceView, { clusterId, recorder, log }: SweepOptions): void {
  for (const remainder of remaindersOf([service], clusterId)) {
    const { loadBalancerId, slots, listenerName } = remainder;
    const announcement = {
      type: 'Warning',
      reason: farewellCondition.reason,
      message: tellRemainder(remainder),
    } as const;
    createAnnouncer(recorder).aboutService(service, announcement);
    log.warn(
      { service: service.key, loadBalancerId, slots, listenerName },
      'listeners of this name may stay on the CLB',
    );
  }
}
