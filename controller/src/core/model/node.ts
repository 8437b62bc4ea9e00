import type { AddressFamily } from './address-family.ts';

/** The only facts about a node that anything may decide on. */
export interface NodeFacts {
  readonly name: string;
  /** Its addresses of type InternalIP. */
  readonly ips: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Its condition Ready is True. */
  readonly ready: boolean;
  readonly cordoned: boolean;
  /** It is being deleted, or the cluster autoscaler is about to. */
  readonly ending: boolean;
}

/** Which backends a binding has: nodes, at the port where kube-proxy takes what is for the Service. */
export interface NodeBackends {
  readonly mode: 'nodes';
  /** That of the Service's port: kube-proxy opens the node port for no other one. */
  readonly protocol: 'TCP' | 'UDP';
  readonly nodePort: number;
  /** undefined: not known now, so its targets stay as they are. */
  readonly nodes: readonly NodeBackend[] | undefined;
  /** Of externalTrafficPolicy Local; undefined: any node forwards to the pods of any other. */
  readonly local?: LocalPolicy | undefined;
}

/** How nodes are served that forward to their own pods only. */
export interface LocalPolicy {
  /** Nodes without a ready endpoint leave; else they stay at weight 0. */
  readonly isOnlyWithPods: boolean;
  readonly isWeightedByPods: boolean;
}

/** leaving: cordoned or about to go, which somebody did; not-ready: so says its kubelet, or it is not heard from. */
export type NodeStage = 'stays' | 'leaving' | 'not-ready';

/** A node that the owner may have for a target. */
export interface NodeBackend {
  readonly ips: readonly string[];
  readonly stage: NodeStage;
  /** How many ready endpoints it has, in each family. */
  readonly endpoints: Readonly<Record<AddressFamily, number>>;
}
