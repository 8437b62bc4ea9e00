import type { KeyedCertificate } from '@clb-direct/certs/material.ts';
import { requestPatch, type RotationRequest } from '@clb-direct/certs/rotation/request.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { KubeError, patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { secret } from '@clb-direct/shared/kube/client/paths.ts';
import type { SecretLocation } from './command-line.ts';
import { sortOf } from './decide-request.ts';
import { kindOfId } from './request-id.ts';
import type { SecretView } from './secret-view.ts';

export interface Ask {
  readonly location: SecretLocation;
  readonly view: SecretView;
  readonly request: RotationRequest;
  readonly ca?: KeyedCertificate | undefined;
  readonly dryRun: boolean;
}

const fieldManager = 'clb-direct-rotate-certs';

/** Writes the request into the Secret as it was read; a conflict means that another writer was faster. */
export async function ask(api: KubeApi, o: Ask, signal: AbortSignal): Promise<void> {
  const path = secret(o.location.namespace, o.location.secretName);
  const query = { fieldManager, ...(o.dryRun ? { dryRun: 'All' } : {}) };
  try {
    await api.call({ method: 'PATCH', path, query, contentType: patchType.merge, body: bodyOf(o), signal });
  } catch (error) {
    if (error instanceof KubeError && error.status === 403)
      throw new Error(forbidden(o.location, error), { cause: error });
    throw error;
  }
}

function bodyOf({ request, ca, view }: Ask) {
  const { metadata, ...rest } = requestPatch(request, ca);
  const annotations = { ...metadata.annotations, [annotation.requestProblem]: null, ...keepEarlier(view, request) };
  return { ...rest, metadata: { ...view.version, annotations } };
}

// The webhook remembers one request; the one of the other kind must not be repeated either.
function keepEarlier({ lastRequestId }: SecretView, request: RotationRequest): Record<string, string> {
  const kind = kindOfId(lastRequestId);
  const isOther = kind !== undefined && sortOf(kind) !== sortOf(request.kind);
  return isOther ? { [annotation.earlierRotationRequest]: lastRequestId } : {};
}

function forbidden({ namespace, secretName }: SecretLocation, error: KubeError): string {
  return (
    `you may not patch the Secret ${namespace}/${secretName}: bind the Role clb-direct-rotate-certs to yourself ` +
    `(docs/certificates.md). The API server said: ${error.message}`
  );
}
