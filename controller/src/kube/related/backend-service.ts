import type { V1Service } from '@kubernetes/client-node';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { BackendService } from '../../core/model/related-objects.ts';
import { firstLabels } from '../bounds.ts';
import { portsOf } from '../service-facts.ts';

/** What is used of a Service that an Ingress sends to. */
export function toBackendService(raw: unknown): BackendService {
  const { metadata, spec } = raw as V1Service;
  return {
    type: spec?.type ?? 'ClusterIP',
    selector: firstLabels(spec?.selector),
    ports: portsOf(spec),
    publishNotReady: spec?.publishNotReadyAddresses === true,
    externalTrafficPolicy: spec?.externalTrafficPolicy,
    annotations: aboutNodes(metadata?.annotations),
  };
}

function aboutNodes(annotations: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const names = [annotation.nodeSelector, annotation.onlyNodesWithPods, annotation.weightByPods];
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => names.some((one) => one === name)));
}
