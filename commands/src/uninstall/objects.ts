import { isNotFound, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';

/** An object of the API server, as far as an uninstall needs it. */
export interface LiveObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly deletionTimestamp?: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** undefined when there is no such object. */
export async function find<T>(api: KubeApi, path: string, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await api.call<T>({ method: 'GET', path, signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export async function list<T = LiveObject>(
  api: KubeApi,
  at: { readonly path: string; readonly labelSelector?: string },
  signal: AbortSignal,
): Promise<readonly T[]> {
  const { path, labelSelector } = at;
  const answer = await api.call<{ readonly items?: readonly T[] | null }>({
    method: 'GET',
    path,
    query: { labelSelector },
    signal,
  });
  return answer.items ?? [];
}

/** An object that is gone already is no error. */
export async function remove(api: KubeApi, path: string, signal: AbortSignal): Promise<void> {
  try {
    await api.call({ method: 'DELETE', path, query: { propagationPolicy: 'Background' }, signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
