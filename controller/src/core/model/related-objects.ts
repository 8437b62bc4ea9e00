import type { NodeFacts } from './node.ts';
import type { SourceGroup } from './source-group.ts';
import type { TlsPair, Upload } from './tls-pair.ts';

/**
 * What is known of an object that an owner refers to. pending: it was not read yet, so nothing may be taken away for
 * it; unreadable: the API server has no such kind, or does not let us read it.
 */
export type Related<T> =
  | { readonly state: 'found'; readonly facts: T }
  /** `was`: the facts of one that was deleted a moment ago, and may be about to be made again. */
  | { readonly state: 'missing'; readonly was?: T | undefined }
  | { readonly state: 'pending' }
  | { readonly state: 'unreadable' };

/** Of each kind, the only facts that anything may decide on. */
export interface RelatedFacts {
  readonly Secret: SecretFacts;
  readonly TkeServiceConfig: TkeServiceConfigFacts;
  /** Those EndpointSlices of the Service with the name of the reference that Kubernetes does not list by a selector. */
  readonly EndpointSlices: EndpointSlicesFacts;
  readonly Service: BackendService;
  /** Of no namespace. */
  readonly IngressClass: IngressClassFacts;
  /** All of them. */
  readonly AllEndpointSlices: EndpointSlicesFacts;
  /** All nodes; the reference has no name. */
  readonly Nodes: NodesFacts;
  /** By its fingerprint, of no namespace; pending until it is in the SSL product or cannot be put there. */
  readonly UploadedCertificate: Upload;
  /** By the UID of its owner, of no namespace; pending until the controller has looked for it. */
  readonly SourceGroup: SourceGroup;
}

/** A Service that another owner sends to. */
export interface BackendService {
  readonly type: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly BackendPort[];
  readonly publishNotReady: boolean;
  /** "Cluster" or "Local"; undefined: it has none, and the first counts. */
  readonly externalTrafficPolicy?: string | undefined;
  /** Those that say which nodes are its targets. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface BackendPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: number | string;
  /** undefined: Kubernetes allocated none. */
  readonly nodePort?: number | undefined;
}

export interface IngressClassFacts {
  /** spec.controller */
  readonly controller: string;
  /** spec.parameters, where they are a TkeServiceConfig; without a namespace it is that of the Ingress. */
  readonly config?: { readonly namespace: string | undefined; readonly name: string };
}

/** So many Secrets of one namespace are read: each has a watch of its own. */
export const mostSecrets = 200;

/** Nothing secret: the ids are those of the SSL product, which the CLB's console shows too. */
export interface SecretFacts {
  /** The key qcloud_cert_id as it is written; undefined without it. */
  readonly certificateId: string | undefined;
  /** The key qcloud_ca_cert_id as it is written; undefined without it. */
  readonly caCertificateId: string | undefined;
  /** Of a `kubernetes.io/tls` Secret without qcloud_cert_id. */
  readonly pair?: TlsPair | undefined;
}

export interface TkeServiceConfigFacts {
  /** Its spec as it is written; nothing has checked it. */
  readonly spec: unknown;
  /** Its spec has more than anybody keeps, and counts as not read. */
  readonly isTooLarge?: true;
  /** undefined: a person keeps it, or their tool. */
  readonly kept?: KeptConfig | undefined;
}

export interface KeptConfig {
  /** metadata.resourceVersion */
  readonly version: string;
  /** UIDs of the objects with which it goes; none: with nothing. */
  readonly ownerUids: readonly string[];
  /** us: it has our label. tke: TKE's controller created it. undefined: only its owner can tell. */
  readonly madeBy: 'us' | 'tke' | undefined;
}

export interface NodesFacts {
  readonly nodes: readonly NodeFacts[];
}

export interface EndpointSlicesFacts {
  readonly slices: readonly SliceFacts[];
}

/** One EndpointSlice. */
export interface SliceFacts {
  /** namespace/name of the Service that its label names. */
  readonly service: string;
  /** Its addresses are IPs, not names. */
  readonly hasIps: boolean;
  /** Those that have a number. */
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

export interface SlicePort {
  /** The name of the Service's port. */
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
}

/** Conditions as they are written. */
export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly ready: boolean | undefined;
  readonly terminating: boolean | undefined;
  /** The node that it is on, where that is known. */
  readonly nodeName?: string | undefined;
}

export type RelatedKind = keyof RelatedFacts;

/** An object that an owner refers to. */
export interface ObjectReference<K extends RelatedKind = RelatedKind> {
  readonly kind: K;
  readonly namespace: string;
  readonly name: string;
}

/** Opaque: for maps only. */
export function referenceKey({ kind, namespace, name }: ObjectReference): string {
  return `${kind}/${namespace}/${name}`;
}

/** The objects that owners refer to. */
export interface RelatedObjects {
  related<K extends RelatedKind>(reference: ObjectReference<K>): Related<RelatedFacts[K]>;
}

/** Where nothing else exists. */
export const nothingRelated: RelatedObjects = { related: () => ({ state: 'missing' }) };
