import type { EniDefault } from './eni.ts';
import { annotation, bridgeNetwork, eniNetworks, eniResources } from './names.ts';

/** What of a pod says which network it is in. */
export interface NetworkFacts {
  readonly hostNetwork: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** Names of all resources that any container, init containers too, requests or is limited to. */
  readonly resourceNames: readonly string[];
}

/**
 * The network of a pod as its own marks say it; unmarked: as the cluster's default says. other: a network that is
 * neither ENI nor GlobalRouter.
 */
export type PodNetwork =
  'host' | 'eni-annotation' | 'eni-resource' | 'bridge-annotation' | 'other-annotation' | 'unmarked';

/** By the rules of TKE's own resource webhook (substring match on the annotation included). */
export function podNetwork({ hostNetwork, annotations, resourceNames }: NetworkFacts): PodNetwork {
  if (hostNetwork) return 'host';
  const networks = annotations[annotation.networks];
  if (networks === undefined) return resourceNames.some(isEniResource) ? 'eni-resource' : 'unmarked';
  if (eniNetworks.some((name) => networks.includes(name))) return 'eni-annotation';
  return networks.includes(bridgeNetwork) ? 'bridge-annotation' : 'other-annotation';
}

function isEniResource(name: string): boolean {
  return (eniResources as readonly string[]).includes(name);
}

/** What of the cluster decides whether CLBs reach pods directly. */
export interface ClusterNetwork {
  /** What a pod without a mark is. */
  readonly eniDefault: EniDefault;
  /** CLBs may send to pods of the GlobalRouter network (TKE's GlobalRouteDirectAccess). */
  readonly globalRoute: boolean;
}

export interface ReachRules extends ClusterNetwork {
  /** Pods in the host network are targets, at their node's address. */
  readonly hostNetworkTargets: boolean;
}

/** Why a CLB does not reach a pod. */
export type ReachMisfit = 'host-network' | 'not-eni';

/** How a CLB reaches a pod directly, or why it does not. */
export type Reach = 'eni' | 'global-route' | 'node' | { readonly misfit: ReachMisfit };

/**
 * Whether a CLB sends directly to a pod. Webhook and controller decide by this function alone, so a pod with a gate is
 * one that can be a target.
 */
export function judgeReach(network: PodNetwork, rules: ReachRules): Reach {
  switch (network) {
    case 'host':
      return rules.hostNetworkTargets ? 'node' : { misfit: 'host-network' };
    case 'eni-annotation':
    case 'eni-resource':
      return 'eni';
    case 'unmarked':
      return rules.eniDefault === 'eni' ? 'eni' : byGlobalRoute(rules);
    case 'bridge-annotation':
      return byGlobalRoute(rules);
    case 'other-annotation':
      return { misfit: 'not-eni' };
  }
}

function byGlobalRoute({ globalRoute }: ReachRules): Reach {
  return globalRoute ? 'global-route' : { misfit: 'not-eni' };
}

/** Reads TKE's switch; undefined = no such ConfigMap or key, which is off. */
export function readGlobalRoute(text: string | undefined): boolean {
  return text?.trim() === 'true';
}
