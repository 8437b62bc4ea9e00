import type { KubernetesObject, V1Ingress, V1Pod, V1Service } from '@kubernetes/client-node';
import { ingressClassName } from '@clb-direct/shared/domain/ingress-names.ts';
import { programName, registrationName, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { uninstallRolePaths } from '@clb-direct/shared/kube/uninstall/uninstall-role.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { installNamespace } from '../admissions/webhook-pods.ts';
import { find, get } from '../cluster.ts';
import { gateOf } from '../pods.ts';

const gone: readonly string[] = [
  paths.mutatingWebhookConfiguration(registrationName),
  paths.namespace(installNamespace),
  paths.clusterRole('clb-direct-rotate-certs'),
  paths.ingressClass(ingressClassName),
  ...Object.values(programName).flatMap((name) => [
    paths.clusterRole(name),
    paths.clusterRoleBinding(name),
    ...uninstallRolePaths(name),
    paths.role('kube-system', name),
    paths.roleBinding('kube-system', name),
  ]),
];

/** What an uninstall has left behind; of Services, Ingresses and pods only those of one namespace are checked. */
export async function leftovers(api: KubeApi, namespace: string): Promise<readonly string[]> {
  const found = await Promise.all(gone.map(async (path) => ((await find<KubernetesObject>(api, path)) ? [path] : [])));
  const services = (await get<{ items: V1Service[] }>(api, paths.services(namespace))).items;
  const ingresses = (await get<{ items: V1Ingress[] }>(api, paths.ingresses(namespace))).items;
  const pods = (await get<{ items: V1Pod[] }>(api, paths.pods(namespace))).items;
  return [
    ...found.flat(),
    ...[...services, ...ingresses]
      .filter(({ metadata }) => metadata?.finalizers?.includes(serviceFinalizer))
      .map(({ metadata }) => `the finalizer of ${metadata?.name ?? ''}`),
    ...pods
      .filter((pod) => gateOf(pod)?.status === 'False')
      .map(({ metadata }) => `the closed gate of Pod ${metadata?.name ?? ''}`),
  ];
}
