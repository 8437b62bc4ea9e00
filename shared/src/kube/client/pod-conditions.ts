import type { RawObject } from '../../domain/raw.ts';
import { isReplaced } from './is-replaced.ts';
import { patchType, type KubeApi } from './kube-api.ts';
import { podStatus } from './paths.ts';

interface MeantPod {
  readonly namespace: string;
  readonly name: string;
  /** A precondition: a pod of the same name that came later is left alone. */
  readonly uid: string;
  /** A precondition too: a pod that has changed since is left alone, by an error. */
  readonly resourceVersion?: string | undefined;
}

/** Writes conditions of the very pod that is meant, merged by their types; undefined: it is gone or was replaced. */
export async function patchPodConditions(
  api: KubeApi,
  { namespace, name, uid, resourceVersion }: MeantPod,
  conditions: readonly object[],
  signal: AbortSignal,
): Promise<RawObject | undefined> {
  const metadata = { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  const body = { metadata, status: { conditions } };
  const path = podStatus(namespace, name);
  try {
    return await api.call<RawObject>({ method: 'PATCH', path, body, contentType: patchType.strategicMerge, signal });
  } catch (error) {
    if (isReplaced(error)) return undefined;
    throw error;
  }
}

/** The time of a condition, without milliseconds as Kubernetes writes it. */
export function conditionTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
