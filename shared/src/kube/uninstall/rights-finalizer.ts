import { rightsFinalizer } from '../../domain/names.ts';
import { isNotFound, patchType, type KubeApi } from '../client/kube-api.ts';
import { serviceAccount } from '../client/paths.ts';

export interface ServiceAccountOptions {
  readonly api: KubeApi;
  /** The ServiceAccount has this name. */
  readonly program: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** A program's ServiceAccount, as far as an uninstall depends on it. */
export interface ServiceAccountState {
  /** Our finalizer is on it. */
  readonly hasFinalizer: boolean;
  /** It has a deletion timestamp: it exists only because of finalizers. */
  readonly isDeleted: boolean;
}

const timeoutMs = 5_000;

interface RawServiceAccount {
  readonly metadata?: { readonly deletionTimestamp?: string; readonly finalizers?: readonly string[] };
}

/** undefined when there is none. */
export async function readServiceAccount(o: ServiceAccountOptions): Promise<ServiceAccountState | undefined> {
  const path = serviceAccount(o.namespace, o.program);
  try {
    const { metadata } = await o.api.call<RawServiceAccount>({ method: 'GET', path, signal: o.signal, timeoutMs });
    const hasFinalizer = metadata?.finalizers?.includes(rightsFinalizer) === true;
    return { hasFinalizer, isDeleted: metadata?.deletionTimestamp !== undefined };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * Whether it is deleted but for our finalizer, which its program removes at the end of its uninstall, if it still runs.
 */
export async function isHeldByFinalizer(o: ServiceAccountOptions): Promise<boolean> {
  const state = await readServiceAccount(o);
  return state?.isDeleted === true && state.hasFinalizer;
}

/** Leaves the finalizers of others as they are. */
export async function addRightsFinalizer(o: ServiceAccountOptions): Promise<void> {
  await patch(o, 'finalizers');
}

/** Leaves the finalizers of others as they are. */
export async function removeRightsFinalizer(o: ServiceAccountOptions): Promise<void> {
  await patch(o, '$deleteFromPrimitiveList/finalizers');
}

async function patch({ api, program, namespace, signal }: ServiceAccountOptions, list: string): Promise<void> {
  const body = { metadata: { [list]: [rightsFinalizer] } };
  const path = serviceAccount(namespace, program);
  await api.call({ method: 'PATCH', path, contentType: patchType.strategicMerge, body, signal, timeoutMs });
}
