import type { Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { gateRuleOf } from '@clb-direct/shared/runtime/common-settings.ts';
import type { AdmissionMetrics } from './admission/admission-metrics.ts';
import { createControllerLease, type ReadControllerLease } from './admission/controller-lease.ts';
import type { AdmissionEndpoint } from './admission/endpoint-routes.ts';
import { followController, type ControllerPresence } from './admission/pod-gate/controller-presence.ts';
import type { EniDefaultSource } from './admission/pod-gate/eni-default.ts';
import { createPodGateEndpoint } from './admission/pod-gate/pod-gate-endpoint.ts';
import { createDrainEndpoint } from './create-drain-endpoint.ts';
import { createPreStopJudge } from './create-pre-stop.ts';
import type { ReconcileLoops } from './reconcile-loop/reconcile-loops.ts';
import type { WebhookOptions } from './webhook-options.ts';

/** What the endpoints need besides the options. */
export interface EndpointParts {
  readonly reporter: Reporter;
  readonly loops: ReconcileLoops;
  readonly eniDefault: EniDefaultSource;
  readonly metrics: AdmissionMetrics;
  readonly monotonicMs: () => number;
}

/** Creates what answers the API server, and starts what it follows. */
export function createEndpoints(o: WebhookOptions, parts: EndpointParts): readonly AdmissionEndpoint[] {
  const { settings, api, log } = o;
  const { reporter, eniDefault, metrics } = parts;
  const readLease = createControllerLease({ api, namespace: settings.POD_NAMESPACE });
  const controller = followControllerOf(o, parts, readLease);
  const podGate = createPodGateEndpoint({
    rule: gateRuleOf(settings),
    eniDefault: () => eniDefault.current(),
    judgePreStop: createPreStopJudge(o, parts),
    isControllerAway: () => controller.isAway(),
    ...{ metrics, log },
  });
  return [podGate, ...createDrainEndpoint(o, { reporter, readLease })];
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
