import { setTimeout as sleep } from 'node:timers/promises';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import {
  replicas,
  workloads,
  type Balancer,
  type IngressSpec,
  type Scenario,
} from '@clb-direct/scripts/conformance/scenario.ts';
import { services } from '@clb-direct/scripts/conformance/services.ts';
import { allowSecrets, issueCertificates, tlsSecret } from './certificates.ts';
import { deployment, namespaceOf } from './manifests.ts';
import { apply, kubectl } from './run.ts';

export type BalancerIds = Readonly<Record<Balancer, { readonly loadBalancerId: string; readonly vip: string }>>;

const list = (items: readonly unknown[]) => ({ apiVersion: 'v1', kind: 'List', items });

/** What the scenarios send to. */
export function backends(namespace: string) {
  const pods = workloads.map((app) => deployment(namespace, replicas[app], { app }));
  const all = services.map(({ name, spec }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec,
  }));
  return list([namespaceOf(namespace), ...pods, ...all]);
}

/** An Ingress of a scenario. */
export const nameOf = (scenario: number, at: number) => `s${scenario + 1}-${at}`;

/** Makes the Ingresses: those that come first in their scenarios are older. */
export async function makeIngresses(namespace: string, all: readonly Scenario[], ids: BalancerIds): Promise<void> {
  const made = all.flatMap(({ ingresses, balancer }, scenario) =>
    ingresses.map((spec, at) => ({
      at,
      object: ingressOf({ name: nameOf(scenario, at), namespace }, spec, ids[balancer]),
    })),
  );
  await apply(list(made.filter(({ at }) => at === 0).map(({ object }) => object)));
  // The API server writes the time of creation in whole seconds, and the later ones must be younger.
  await sleep(1_100);
  await apply(list(made.filter(({ at }) => at > 0).map(({ object }) => object)));
}

/** Changes the Ingresses of scenarios that say so, and deletes what they have no more. */
export async function changeIngresses(namespace: string, all: readonly Scenario[], ids: BalancerIds): Promise<void> {
  const changed = all.flatMap(({ change, balancer }, scenario) =>
    (change?.ingresses ?? []).map((spec, at) =>
      ingressOf({ name: nameOf(scenario, at), namespace }, spec, ids[balancer]),
    ),
  );
  await apply(list(changed));
  const gone = all.flatMap(({ ingresses, change }, scenario) =>
    change === undefined
      ? []
      : ingresses.flatMap((_, at) => (at < change.ingresses.length ? [] : [nameOf(scenario, at)])),
  );
  await kubectl(['-n', namespace, 'delete', 'ingress', '--wait=false', ...gone]);
}

interface Metadata {
  readonly name: string;
  readonly namespace: string;
}

function ingressOf(metadata: Metadata, spec: IngressSpec, { loadBalancerId }: BalancerIds[Balancer]) {
  const annotations = { [ingressAnnotation.existingLoadBalancer]: loadBalancerId };
  const kind = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };
  return { ...kind, metadata: { ...metadata, annotations }, spec: { ingressClassName: 'clb-direct', ...spec } };
}

/** Makes the Secrets that the scenarios name, which the controller may read; gives the file of their CA. */
export async function makeSecrets(namespace: string, all: readonly Scenario[]): Promise<string> {
  const entries = all.flatMap(({ ingresses }) => ingresses.flatMap(({ tls = [] }) => tls));
  const { caFile, leaves } = await issueCertificates(entries.map(({ hosts: [host = ''] }) => host));
  const secrets = leaves.map((leaf, index) => tlsSecret(namespace, entries[index]?.secretName ?? '', leaf));
  await allowSecrets(namespace);
  await apply(list(secrets));
  return caFile;
}
