import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { abortLater } from '@clb-direct/shared/runtime/abort-later.ts';
import type { AdmissionEndpoint } from './admission/endpoint-routes.ts';
import { createDrainMetrics } from './admission/pod-drain/drain-metrics.ts';
import { followDrainNamespaces, noNamespaces } from './admission/pod-drain/drain-namespaces.ts';
import {
  createPodDrainEndpoint,
  openDrainEndpoint,
  type PodDrainOptions,
} from './admission/pod-drain/pod-drain-endpoint.ts';
import type { WebhookOptions } from './webhook-options.ts';

/** The endpoint that holds deletions; where that is off, it lets them through. */
export function createDrainEndpoint(
  o: WebhookOptions,
  { reporter, isControllerThere }: Pick<PodDrainOptions, 'isControllerThere'> & { readonly reporter: Reporter },
): AdmissionEndpoint {
  const { settings, api, log, registry, signal, clock } = o;
  const { DRAIN_BEFORE_DELETE: mode, GATE_TYPE: gateType } = settings;
  if (mode === 'off') return openDrainEndpoint;
  const nowMs = () => clock.nowMs();
  const namespaces = mode === 'all' ? noNamespaces : followDrainNamespaces({ api, log, registry, signal });
  return createPodDrainEndpoint({
    rule: { mode, gateType },
    limitMs: settings.DRAIN_LIMIT_MS,
    settleMs: settings.DRAIN_AFTER_ZERO_MS,
    namespaces,
    isControllerThere,
    report: (pod, finding) => reportAbout(pod, finding, reporter),
    metrics: createDrainMetrics(registry),
    // API servers call a replica that stops until they know of it, and their deletions are held as before.
    signal: abortLater(signal, settings.DRAIN_MS),
    ...{ api, nowMs, log },
  });
}

function reportAbout(metadata: RawObject, finding: Finding, reporter: Reporter): void {
  const { name, namespace, uid } = metadata as {
    readonly name: string;
    readonly namespace: string;
    readonly uid?: string;
  };
  reporter.report({
    ...finding,
    about: { apiVersion: 'v1', kind: 'Pod', name, namespace, ...(uid === undefined ? {} : { uid }) },
  });
}
