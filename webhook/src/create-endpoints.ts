import type { Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { gateRuleOf } from '@clb-direct/shared/runtime/common-settings.ts';
import type { AdmissionMetrics } from './admission/admission-metrics.ts';
import { createControllerLease, type ReadControllerLease } from './admission/controller-lease.ts';
import type { AdmissionEndpoint } from './admission/endpoint-routes.ts';
import { followController, type ControllerPresence } from './admission/pod-gate/controller-presence.ts';
import type { ClusterNetworkSource } from './admission/pod-gate/cluster-network.ts';
import { watchController } from './admission/pod-drain/controller-there.ts';
import { createPodGateEndpoint } from './admission/pod-gate/pod-gate-endpoint.ts';
import { createDrainEndpoint } from './create-drain-endpoint.ts';
import { followPreStop } from './create-pre-stop.ts';
import type { ReconcileLoops } from './reconcile-loop/reconcile-loops.ts';
import type { WebhookOptions } from './webhook-options.ts';

/** What the endpoints need besides the options. */
export interface EndpointParts {
  readonly reporter: Reporter;
  readonly loops: ReconcileLoops;
  readonly network: ClusterNetworkSource;
  readonly metrics: AdmissionMetrics;
  readonly monotonicMs: () => number;
}

/** Creates what answers the API server, and starts what it follows. */
export function createEndpoints(o: WebhookOptions, parts: EndpointParts): readonly AdmissionEndpoint[] {
  const { settings, api, log } = o;
  const { reporter, network, metrics } = parts;
  const lease = watchController({
    readLease: createControllerLease({ api, namespace: settings.POD_NAMESPACE }),
    nowMs: () => o.clock.nowMs(),
    monotonicMs: parts.monotonicMs,
  });
  const controller = followControllerOf(o, parts, lease.readLease);
  const preStop = followPreStop(o, parts);
  const podGate = createPodGateEndpoint({
    rule: gateRuleOf(settings),
    network: () => network.current(),
    judgePreStop: preStop?.judge,
    isPreStopKnown: () => preStop?.isKnown() ?? true,
    isControllerAway: () => controller.isAway(),
    ...{ metrics, log },
  });
  return [podGate, createDrainEndpoint(o, { reporter, isControllerThere: async (signal) => lease.isThere(signal) })];
}

function followControllerOf(
  { settings, clock, registry, signal }: WebhookOptions,
  { reporter, loops, monotonicMs }: EndpointParts,
  readLease: ReadControllerLease,
): ControllerPresence {
  const { POD_NAMESPACE: namespace, GATE_PAUSE_MS: limitMs } = settings;
  const nowMs = () => clock.nowMs();
  return followController({ readLease, limitMs, namespace, loops, reporter, registry, nowMs, monotonicMs, signal });
}
