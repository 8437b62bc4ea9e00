import type { V1IngressClass } from '@kubernetes/client-node';
import { ingressClasses, secrets, services, tkeServiceConfigs } from '@clb-direct/shared/kube/client/paths.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import {
  mostSecrets,
  type IngressClassFacts,
  type ObjectReference,
  type SecretFacts,
} from '../../core/model/related-objects.ts';
import type { RelatedWatch } from './related-watch.ts';
import { toBackendService } from './backend-service.ts';
import { toConfigFacts } from './config-facts.ts';
import { toSecretFacts } from './secret-facts.ts';
import { watchAll } from './watch-all.ts';
import { watchEach } from './watch-each.ts';
import { watchNodes } from './watch-nodes.ts';
import { watchAllSlices, watchSlices } from './watch-slices.ts';

export interface RelatedOptions {
  readonly api: KubeApi;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The kinds of objects that owners refer to, each with its watch. */
export function relatedWatches(
  options: RelatedOptions,
  onChange: (reference: ObjectReference) => void,
): readonly RelatedWatch[] {
  const { api, log, signal } = options;
  const shared = { api, log, signal, onChange };
  return [
    watchEach({
      ...shared,
      kind: 'Secret',
      where: ({ namespace, name }) => ({
        path: secrets(namespace),
        query: { fieldSelector: `metadata.name=${name}` },
      }),
      toView: toSecretFacts,
      join: ([secret]) => secret as SecretFacts | undefined,
      mostOfNamespace: mostSecrets,
    }),
    watchAll({
      ...shared,
      kind: 'TkeServiceConfig',
      path: tkeServiceConfigs(),
      // The kind may be absent: then each try is a call for nothing, and somebody who installs it can wait this long.
      pace: { pauseMs: [1_000, 300_000] },
      toView: toConfigFacts,
    }),
    watchSlices(shared),
    watchAllSlices(shared),
    watchNodes(shared),
    // Without them the pods of Ingresses are nobody's, and their gates would open.
    watchAll({
      ...shared,
      kind: 'Service',
      path: services(),
      toView: toBackendService,
      isAwaited: true,
      remembersMs: madeAgainMs,
    }),
    watchAll({
      ...shared,
      kind: 'IngressClass',
      path: ingressClasses(),
      toView: toIngressClass,
    }),
  ];
}

/** `kubectl replace --force` and Helm delete a Service and make it again, while the CLB sends to its pods. */
const madeAgainMs = 60_000;

/** Parameters of another kind say nothing to us. */
function toIngressClass(raw: unknown): IngressClassFacts {
  const { spec } = raw as V1IngressClass;
  const controller = spec?.controller ?? '';
  const parameters = spec?.parameters;
  if (parameters?.kind !== 'TkeServiceConfig') return { controller };
  return { controller, config: { namespace: parameters.namespace, name: parameters.name } };
}
