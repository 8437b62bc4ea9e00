import { isNotFound, type KubeApi } from './kube-api.ts';
import type { RawObject } from '../../domain/raw.ts';

/** Reads one object; undefined = it does not exist. */
export async function readIfThere(api: KubeApi, path: string, signal: AbortSignal): Promise<RawObject | undefined> {
  try {
    return await api.call<RawObject>({ method: 'GET', path, signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
