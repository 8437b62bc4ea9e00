import type { V1ObjectMeta, V1Service, V1ServicePort, V1ServiceSpec } from '@kubernetes/client-node';
import {
  annotation,
  serviceCondition,
  serviceFinalizer,
  servicePrefixes,
  writtenByControllers,
} from '@clb-direct/shared/domain/names.ts';
import { firstLabels, mostKept } from './bounds.ts';
import { isWritten } from './managed-fields.ts';
import { upstreamFinalizerBy } from './upstream-finalizer.ts';
import type { OwnerCondition } from '../core/model/owner-condition.ts';
import type { ServiceFacts, ServicePort } from '../core/sources/service/service-facts.ts';

/** Keeps what is used of Services that are, were or are meant to be behind a CLB; undefined for all others. */
export function toServiceFacts(raw: unknown): ServiceFacts | undefined {
  const { metadata, spec, status } = raw as V1Service;
  const identity = metadata === undefined ? undefined : identityOf(metadata);
  if (metadata === undefined || identity === undefined) return undefined;
  const written = writtenOn(metadata, status);
  if (!hasOurs(written) && !isMarked(metadata, spec)) return undefined;
  return {
    ...identity,
    ...annotated(metadata.annotations ?? {}),
    annotations: aboutLoadBalancers(metadata.annotations ?? {}),
    ...specified(spec),
    healthCheckNodePort: writtenHealthCheckNodePort(metadata, spec),
    ...written,
  };
}

/** What we write to a Service. */
type Written = Pick<ServiceFacts, 'hasFinalizer' | 'upstreamFinalizerBy' | 'ingress' | 'ingressModes' | 'condition'>;

function writtenOn(metadata: V1ObjectMeta, status: V1Service['status']): Written {
  return {
    hasFinalizer: metadata.finalizers?.includes(serviceFinalizer) === true,
    upstreamFinalizerBy: upstreamFinalizerBy(metadata),
    ingress: ingressOf(status),
    ingressModes: ingressModesOf(status),
    condition: conditionOf(status),
  };
}

function hasOurs({ hasFinalizer, condition }: Written): boolean {
  return hasFinalizer || condition !== undefined;
}

/** With another type it is kept too: most likely the type was forgotten, and a finding says so. */
function isMarked({ annotations = {} }: V1ObjectMeta, { type }: Pick<V1ServiceSpec, 'type'> = {}): boolean {
  if (type === 'LoadBalancer' || annotations[annotation.managed] === 'true') return true;
  return type === 'ExternalName' && annotations[annotation.directAccess] === 'true';
}

export type Identity = Pick<ServiceFacts, 'uid' | 'namespace' | 'name' | 'createdAtMs' | 'ending'>;

export function identityOf(metadata: V1ObjectMeta): Identity | undefined {
  const { namespace, name, uid, creationTimestamp, deletionTimestamp } = metadata;
  if (namespace === undefined || name === undefined || uid === undefined) return undefined;
  const createdAtMs = Date.parse(String(creationTimestamp)) || 0;
  return { uid, namespace, name, createdAtMs, ending: deletionTimestamp !== undefined };
}

function annotated(annotations: Readonly<Record<string, string>>) {
  return {
    managed: annotations[annotation.managed],
    directAccess: annotations[annotation.directAccess],
    existingLoadBalancer: annotations[annotation.existingLoadBalancer]?.trim(),
    healthCheck: annotations[annotation.healthCheck],
    targetDrainSeconds: annotations[annotation.targetDrainSeconds],
    existingListeners: annotations[annotation.existingListeners],
    sourceRangesAnnotation: annotations[annotation.sourceRanges]?.trim() ?? '',
    moveKeepSeconds: annotations[annotation.moveKeepSeconds]?.trim(),
    recordedLoadBalancers: listOf(annotations[annotation.loadBalancers]),
    shownInUse: annotations[annotation.loadBalancerId],
  };
}

/** Of a Service; what controllers write there themselves is none of its author's wishes. */
function aboutLoadBalancers(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = Object.keys(annotations).filter((name) => servicePrefixes.some((prefix) => name.startsWith(prefix)));
  return Object.fromEntries(
    names.filter((name) => !writtenByControllers.includes(name)).map((name) => [name, annotations[name] ?? '']),
  );
}

export function ingressOf(
  status: Pick<NonNullable<V1Service['status']>, 'loadBalancer'> | undefined,
): readonly string[] {
  return (status?.loadBalancer?.ingress ?? [])
    .slice(0, mostKept.addresses)
    .map(({ ip, hostname }) => ip ?? hostname ?? '');
}

function ingressModesOf(status: V1Service['status']): readonly string[] {
  const ingress = (status?.loadBalancer?.ingress ?? []).slice(0, mostKept.addresses);
  return ingress.filter(({ ip }) => ip !== undefined).map(({ ipMode }) => ipMode ?? '');
}

function conditionOf(status: V1Service['status']): OwnerCondition | undefined {
  const found = status?.conditions?.find(({ type }) => type === serviceCondition);
  if (found === undefined) return undefined;
  return { status: found.status as OwnerCondition['status'], reason: found.reason, message: found.message };
}

function specified(spec: V1Service['spec']) {
  return {
    type: spec?.type ?? '',
    loadBalancerClass: spec?.loadBalancerClass,
    externalTrafficPolicy: spec?.externalTrafficPolicy,
    selector: firstLabels(spec?.selector),
    ports: portsOf(spec),
    ...affinityOf(spec),
    ...withoutEffect(spec),
  };
}

function affinityOf(spec: V1Service['spec']) {
  return {
    sessionAffinity: spec?.sessionAffinity ?? 'None',
    sessionAffinitySeconds: spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds,
  };
}

/** What we do not do: kept, so that a finding can say so. */
function withoutEffect(spec: V1Service['spec']) {
  return {
    loadBalancerSourceRanges: (spec?.loadBalancerSourceRanges ?? []).slice(0, mostKept.ranges),
    publishNotReadyAddresses: spec?.publishNotReadyAddresses === true,
    loadBalancerIP: spec?.loadBalancerIP ?? '',
  };
}

/** Kubernetes allocates one for each Service with policy Local; only what somebody wrote asks for something. */
function writtenHealthCheckNodePort(metadata: V1ObjectMeta, spec: V1Service['spec']): number | undefined {
  const isAsked = isWritten(metadata, ['f:spec', 'f:healthCheckNodePort']);
  return isAsked ? spec?.healthCheckNodePort : undefined;
}

export function listOf(text: string | undefined): readonly string[] {
  const items = (text ?? '').split(',').map((item) => item.trim());
  return items.filter((item) => item !== '').toSorted();
}

export function portsOf(spec: Pick<V1ServiceSpec, 'ports'> | undefined): readonly ServicePort[] {
  return (spec?.ports ?? []).slice(0, mostKept.ports).map(toPort);
}

function toPort(port: V1ServicePort): ServicePort {
  return {
    name: port.name ?? '',
    protocol: port.protocol ?? 'TCP',
    port: port.port,
    targetPort: port.targetPort ?? port.port,
    ...(port.nodePort === undefined ? {} : { nodePort: port.nodePort }),
  };
}
