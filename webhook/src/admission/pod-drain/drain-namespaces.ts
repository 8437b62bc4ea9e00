import { drainNamespaceLabel } from '@clb-direct/shared/domain/names.ts';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { KubeError, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { namespaces } from '@clb-direct/shared/kube/client/paths.ts';
import { startReflector } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import type { NamespaceWish } from './judge-deletion.ts';
import { pauseIfPassing } from './pause-if-passing.ts';

/** Which namespaces ask for it that their pods are drained before they are deleted. */
export interface DrainNamespaces {
  /** From memory. undefined: it has no such label; `unknown`: they were not read yet. */
  wishOf(namespace: string): NamespaceWish | 'unknown' | undefined;
  /** Reads the Namespace where that is unknown, for a few seconds at most. */
  read(namespace: string, signal: AbortSignal): Promise<NamespaceWish | undefined>;
}

/** Where all pods ask. */
export const noNamespaces: DrainNamespaces = { wishOf: () => undefined, read: async () => Promise.resolve(undefined) };

/** Deletions of namespaces that ask for nothing wait for it too. */
const longestReadMs = 5_000;

/** Follows them. A webhook that has just started serves before it knows them, as its gates need no such list. */
export function followDrainNamespaces(o: {
  readonly api: KubeApi;
  readonly log: Log;
  readonly registry: Registry;
  readonly signal: AbortSignal;
}): DrainNamespaces {
  const reflector = startReflector<{ readonly wish: NamespaceWish | undefined }>({
    ...o,
    name: 'drain-namespaces',
    path: namespaces(),
    query: { labelSelector: `${drainNamespaceLabel} in (true,annotated)` },
    toView: (raw) => ({ wish: wishIn(raw) }),
    onChange: () => undefined,
  });
  const wishOf = (namespace: string) =>
    reflector.isSynced() ? reflector.items.get(namespace)?.wish : ('unknown' as const);

  async function read(namespace: string, signal: AbortSignal): Promise<NamespaceWish | undefined> {
    const known = wishOf(namespace);
    if (known !== 'unknown') return known;
    return readOne(o.api, namespace, signal).catch(async (error: unknown) => {
      // The role is missing, and an event says so. Until it is there, no namespace can ask.
      if (error instanceof KubeError && error.status === 403) return undefined;
      await pauseIfPassing(error, signal);
      return read(namespace, signal);
    });
  }

  return {
    wishOf,
    read: async (namespace, signal) => read(namespace, AbortSignal.any([signal, AbortSignal.timeout(longestReadMs)])),
  };
}

/** By a list, which the role allows. */
async function readOne(api: KubeApi, name: string, signal: AbortSignal): Promise<NamespaceWish | undefined> {
  const query = { fieldSelector: `metadata.name=${name}` };
  const list = await api.call<RawObject>({ method: 'GET', path: namespaces(), query, signal });
  return wishIn(asList(own(list, 'items'))[0]);
}

function wishIn(raw: unknown): NamespaceWish | undefined {
  const labels = asObject(own(asObject(own(asObject(raw), 'metadata')), 'labels'));
  const label = own(labels, drainNamespaceLabel);
  if (label === 'true') return 'all';
  return label === 'annotated' ? label : undefined;
}
