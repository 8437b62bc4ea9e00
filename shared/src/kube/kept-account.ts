import { rightsFinalizer } from '../domain/names.ts';
import { isNotFound, patchType, type KubeApi } from './kube-api.ts';
import { serviceAccount } from './paths.ts';

export interface AccountOptions {
  readonly api: KubeApi;
  /** Its ServiceAccount has this name. */
  readonly program: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** A program's ServiceAccount, as far as its farewell depends on it. */
export interface Account {
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
export async function readAccount(o: AccountOptions): Promise<Account | undefined> {
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
export async function isWaitedFor(o: AccountOptions): Promise<boolean> {
  const account = await readAccount(o);
  return account?.isGoing === true && account.isKept;
}

/** Puts our finalizer on, beside those of others. */
export async function keepAccount(o: AccountOptions): Promise<void> {
  await patch(o, 'finalizers');
}

/** Takes our finalizer off. */
export async function freeAccount(o: AccountOptions): Promise<void> {
  await patch(o, '$deleteFromPrimitiveList/finalizers');
}

async function patch({ api, program, namespace, signal }: AccountOptions, list: string): Promise<void> {
  const body = { metadata: { [list]: [rightsFinalizer] } };
  const path = serviceAccount(namespace, program);
  await api.call({ method: 'PATCH', path, contentType: patchType.strategicMerge, body, signal, timeoutMs });
}
