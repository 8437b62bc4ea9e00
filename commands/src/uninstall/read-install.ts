import { programName, registrationName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { list, type LiveObject } from './objects.ts';
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
  /** The Namespace, if it is there; everything else is deleted with it. */
  readonly namespaceParts: readonly Part[];
  /** Pods in the namespace that are not ours, and are deleted with it too. */
  readonly otherPods: readonly string[];
  /** Available replicas of the controller. */
  readonly workingControllers: number;
}

const defaultNamespace = 'clb-direct';

const registrationPart: Part = {
  what: `MutatingWebhookConfiguration ${registrationName}`,
  path: paths.mutatingWebhookConfiguration(registrationName),
};

export async function readInstall(
  o: { readonly api: KubeApi; readonly known: KnownSettings },
  signal: AbortSignal,
): Promise<Install> {
  const { api } = o;
  const namespace = await readNamespace(api, signal);
  const [deployments, registration, roles, admissionPolicies, ingressClasses, namespaceParts, pods] = await Promise.all(
    [
      list<Deployment>(api, { path: paths.deployments(namespace), labelSelector: partOfUs }, signal),
      findPart(api, registrationPart, signal),
      readRoles(api, namespace, signal),
      readAdmissionPolicies(api, signal),
      readIngressClasses(api, signal),
      findPart(api, namespacePart(namespace), signal),
      list(api, { path: paths.pods(namespace) }, signal),
    ],
  );
  const controller = deployments.find(({ metadata }) => metadata.name === programName.controller);
  return {
    namespace,
    settings: await readSettings(o, { namespace, controller }, signal),
    deployments: deployments.map(({ metadata: { name } }) => ({
      what: `Deployment ${name}`,
      path: paths.deployment(namespace, name),
    })),
    registration,
    roles,
    admissionPolicies,
    ingressClasses,
    namespaceParts,
    otherPods: pods.filter((pod) => !isOurs(pod)).map(({ metadata }) => metadata.name),
    workingControllers: controller?.status?.availableReplicas ?? 0,
  };
}

export function isOurs({ metadata }: LiveObject): boolean {
  const name = metadata.labels?.['app.kubernetes.io/name'];
  return Object.values(programName).some((program) => program === name);
}

/** An overlay may install everything in another namespace. */
async function readNamespace(api: KubeApi, signal: AbortSignal): Promise<string> {
  const [found] = await list(api, { path: paths.namespaces(), labelSelector: partOfUs }, signal);
  return found?.metadata.name ?? defaultNamespace;
}

function namespacePart(name: string): Part {
  return { what: `Namespace ${name}`, path: paths.namespace(name), isNamespace: true };
}
