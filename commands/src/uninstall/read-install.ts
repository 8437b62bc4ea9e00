import { programName, registrationName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { list, type LiveObject } from './objects.ts';
import { findNamespace, labelledNamespaces, namespacesOfDeployments } from './find-namespace.ts';
import { readNamespaceParts } from './namespace-parts.ts';
import { findPart, readAdmissionPolicies, readIngressClasses, readRoles, type Part } from './parts.ts';
import { partOfUs, readSettings, type Deployment, type InstallSettings, type KnownSettings } from './read-settings.ts';

/** What is there of an install; any part may be missing. */
export interface Install {
  readonly namespace: string;
  readonly settings: InstallSettings;
  readonly deployments: readonly Part[];
  readonly registration: readonly Part[];
  /** Outside the namespace. */
  readonly roles: readonly Part[];
  /** ValidatingAdmissionPolicies with their bindings. */
  readonly admissionPolicies: readonly Part[];
  /** Those of the manifests; a class that somebody made for our controller is theirs. */
  readonly ingressClasses: readonly Part[];
  /** The Namespace, if it is there; everything else is deleted with it. Of one that stays what is in it. */
  readonly namespaceParts: readonly Part[];
  /** It does not carry our label, so it is somebody else's. */
  readonly keepsNamespace: boolean;
  /** Other Namespaces with our label. */
  readonly alsoLabelled: readonly string[];
  /** Where else our programs are: what is outside the namespace is theirs too, so it stays. */
  readonly alsoRunsIn: readonly string[];
  /** Pods in the namespace that are not ours, and are deleted with it too. */
  readonly otherPods: readonly string[];
  /** Available replicas of the controller. */
  readonly workingControllers: number;
}

/** From the command line, or read before it was deleted. */
export type Known = KnownSettings & { readonly namespace?: string };

export function knownOf({ settings, namespace }: Install): Known {
  return { ...settings, namespace };
}

const registrationPart: Part = {
  what: `MutatingWebhookConfiguration ${registrationName}`,
  path: paths.mutatingWebhookConfiguration(registrationName),
};

export async function readInstall(
  o: { readonly api: KubeApi; readonly known: Known },
  signal: AbortSignal,
): Promise<Install> {
  const { api, known } = o;
  const namespace = known.namespace ?? (await findNamespace(api, undefined, signal));
  const [deployments, running, own, pods] = await Promise.all([
    list<Deployment>(api, { path: paths.deployments(namespace), labelSelector: partOfUs }, signal),
    namespacesOfDeployments(api, signal),
    readOwnNamespace(api, namespace, signal),
    list(api, { path: paths.pods(namespace) }, signal),
  ]);
  const alsoRunsIn = running.filter((name) => name !== namespace);
  const controller = deployments.find(({ metadata }) => metadata.name === programName.controller);
  return {
    namespace,
    alsoRunsIn,
    ...own,
    ...(alsoRunsIn.length > 0 ? nothingOutside : await readOutside(api, namespace, signal)),
    settings: await readSettings(o, { namespace, controller }, signal),
    deployments: deployments.map(({ metadata: { name } }) => ({
      what: `Deployment ${name}`,
      path: paths.deployment(namespace, name),
    })),
    otherPods: pods.filter((pod) => !isOurs(pod)).map(({ metadata }) => metadata.name),
    workingControllers: controller?.status?.availableReplicas ?? 0,
  };
}

/** What is not in the namespace, and may stand only once in a cluster. */
type Outside = Pick<Install, 'registration' | 'roles' | 'admissionPolicies' | 'ingressClasses'>;

const nothingOutside: Outside = { registration: [], roles: [], admissionPolicies: [], ingressClasses: [] };

async function readOutside(api: KubeApi, namespace: string, signal: AbortSignal): Promise<Outside> {
  const [registration, roles, admissionPolicies, ingressClasses] = await Promise.all([
    findPart(api, registrationPart, signal),
    readRoles(api, namespace, signal),
    readAdmissionPolicies(api, signal),
    readIngressClasses(api, signal),
  ]);
  return { registration, roles, admissionPolicies, ingressClasses };
}

type OwnNamespace = Pick<Install, 'namespaceParts' | 'keepsNamespace' | 'alsoLabelled'>;

/** One without our label is somebody else's. */
async function readOwnNamespace(api: KubeApi, namespace: string, signal: AbortSignal): Promise<OwnNamespace> {
  const [found, labelled] = await Promise.all([
    findPart(api, namespacePart(namespace), signal),
    labelledNamespaces(api, signal),
  ]);
  const alsoLabelled = labelled.filter((name) => name !== namespace);
  if (found.length === 0 || labelled.includes(namespace)) {
    return { namespaceParts: found, keepsNamespace: false, alsoLabelled };
  }
  return { namespaceParts: await readNamespaceParts(api, namespace, signal), keepsNamespace: true, alsoLabelled };
}

export function isOurs({ metadata }: LiveObject): boolean {
  const name = metadata.labels?.['app.kubernetes.io/name'];
  return Object.values(programName).some((program) => program === name);
}

function namespacePart(name: string): Part {
  return { what: `Namespace ${name}`, path: paths.namespace(name), isNamespace: true };
}
