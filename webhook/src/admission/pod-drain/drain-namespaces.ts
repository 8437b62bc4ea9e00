import { drainNamespaceLabel } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { namespaces } from '@clb-direct/shared/kube/client/paths.ts';
import { startReflector } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { asObject, own } from '@clb-direct/shared/domain/raw.ts';
import type { Registry } from 'prom-client';
import type { NamespaceWish } from './judge-deletion.ts';

/** Follows which namespaces ask for it that their pods are drained before they are deleted. */
export function followDrainNamespaces(o: {
  readonly api: KubeApi;
  readonly log: Log;
  readonly registry: Registry;
  readonly signal: AbortSignal;
}): (namespace: string) => NamespaceWish | undefined {
  const { items } = startReflector<{ readonly wish: NamespaceWish }>({
    ...o,
    name: 'drain-namespaces',
    path: namespaces(),
    query: { labelSelector: `${drainNamespaceLabel} in (true,annotated)` },
    toView: (raw) => ({ wish: wishOf(raw) }),
    onChange: () => undefined,
  });
  return (namespace) => items.get(namespace)?.wish;
}

function wishOf(raw: unknown): NamespaceWish {
  const labels = asObject(own(asObject(own(asObject(raw), 'metadata')), 'labels'));
  return own(labels, drainNamespaceLabel) === 'annotated' ? 'annotated' : 'all';
}
