import { rightsFinalizer } from '../../domain/names.ts';
import { isNotFound, patchType, type KubeApi } from '../client/kube-api.ts';
import { serviceAccount } from '../client/paths.ts';

export interface ServiceAccountOptions {
  readonly api: KubeApi;
  /** Its ServiceAccount has this name. */
  readonly program: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** A program's ServiceAccount, as far as its farewell depends on it. */
export interface ServiceAccountState {
  /** Our finalizer is on it. */
  readonly isKept: boolean;
  /** It has been deleted, and is there only because of finalizers. */
  readonly isGoing: boolean;
}

const timeoutMs = 5_000;

interface RawAccount {
  readonly metadata?: { readonly deletionTimestamp?: string; readonly finalizers?: readonly string[] };
}

/** undefined when there is none. */
export async function readServiceAccount(o: ServiceAccountOptions): Promise<ServiceAccountState | undefined> {
  const path = serviceAccount(o.namespace, o.program);
  try {
    const { metadata } = await o.api.call<RawAccount>({ method: 'GET', path, signal: o.signal, timeoutMs });
    const isKept = metadata?.finalizers?.includes(rightsFinalizer) === true;
    return { isKept, isGoing: metadata?.deletionTimestamp !== undefined };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** It waits for its program to have said farewell; a program that has died does not. */
export async function isHeldByFinalizer(o: ServiceAccountOptions): Promise<boolean> {
  const account = await readServiceAccount(o);
  return account?.isGoing === true && account.isKept;
}

/** Puts our finalizer on, beside those of others. */
export async function addRightsFinalizer(o: ServiceAccountOptions): Promise<void> {
  await patch(o, 'finalizers');
}

/** Takes our finalizer off. */
export async function removeRightsFinalizer(o: ServiceAccountOptions): Promise<void> {
  await patch(o, '$deleteFromPrimitiveList/finalizers');
}

async function patch({ api, program, namespace, signal }: ServiceAccountOptions, list: string): Promise<void> {
  const body = { metadata: { [list]: [rightsFinalizer] } };
  const path = serviceAccount(namespace, program);
  await api.call({ method: 'PATCH', path, contentType: patchType.strategicMerge, body, signal, timeoutMs });
}
