import { drainNamespaceLabel } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { namespaces } from '@clb-direct/shared/kube/client/paths.ts';
import { startReflector } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';

/** Follows which namespaces ask for it that their pods are drained before they are deleted. */
export function followDrainNamespaces(o: {
  readonly api: KubeApi;
  readonly log: Log;
  readonly registry: Registry;
  readonly signal: AbortSignal;
}): (namespace: string) => boolean {
  const { items } = startReflector<true>({
    ...o,
    name: 'drain-namespaces',
    path: namespaces(),
    query: { labelSelector: `${drainNamespaceLabel}=true` },
    toView: () => true,
    onChange: () => undefined,
  });
  return (namespace) => items.has(namespace);
}
