import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { findPart, listParts, type Kind, type Part } from './parts.ts';
import { partOfUs } from './read-settings.ts';

const defaultSecretName = 'clb-direct-webhook-certs';

type Resource = (namespace?: string) => string;

const labelledKinds: readonly (readonly [kind: string, resource: Resource])[] = [
  ['Service', paths.services],
  ['PodDisruptionBudget', paths.podDisruptionBudgets],
  ['RoleBinding', paths.roleBindings],
  ['Role', paths.roles],
  ['ConfigMap', paths.configMaps],
  ['ServiceAccount', paths.serviceAccounts],
];

/**
 * What is ours in a Namespace that is somebody else's and stays. The records of CLBs stay in it, so that the next
 * install there knows what is its own.
 */
export async function readNamespaceParts(
  api: KubeApi,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Part[]> {
  const kinds = labelledKinds.map((one) => kindIn(namespace, one));
  const labelled = await Promise.all(kinds.map(async (kind) => listParts(api, kind, partOfUs, signal)));
  const written = await Promise.all(writtenIn(namespace).map(async (part) => findPart(api, part, signal)));
  return [...labelled.flat(), ...written.flat()];
}

function kindIn(own: string, [kind, resource]: (typeof labelledKinds)[number]): Kind {
  return { kind, path: resource(own), pathOf: (namespace, name) => `${resource(namespace)}/${name}` };
}

/** By the programs, without a label. */
function writtenIn(namespace: string): readonly Part[] {
  const secret = {
    what: `Secret ${namespace}/${defaultSecretName}`,
    path: paths.secret(namespace, defaultSecretName),
  };
  const leases = Object.values(programName).map((name) => ({
    what: `Lease ${namespace}/${name}`,
    path: paths.lease(namespace, name),
  }));
  return [secret, ...leases];
}
