import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pod as podPath } from '@clb-direct/shared/kube/client/paths.ts';
import { readIfThere } from '@clb-direct/shared/kube/client/read-if-there.ts';
import type { DeletionRequest } from './judge-deletion.ts';

/** The pod as the API server has it; undefined: it is gone. */
export async function readPod({ namespace, name }: DeletionRequest, api: KubeApi, signal: AbortSignal) {
  return readIfThere(api, podPath(namespace, name), signal);
}

export function uidOf(pod: unknown): unknown {
  return own(asObject(own(asObject(pod), 'metadata')), 'uid');
}

/** It is not the pod of the review. */
export function isOther(pod: RawObject, { pod: reviewed }: DeletionRequest): boolean {
  return typeof uidOf(pod) !== 'string' || (reviewed !== undefined && uidOf(reviewed) !== uidOf(pod));
}
