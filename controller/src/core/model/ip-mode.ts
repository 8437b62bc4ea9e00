/**
 * `status.loadBalancer.ingress[].ipMode`. VIP: kube-proxy answers the address inside the cluster itself. Proxy: it
 * leaves the address alone, and clients inside the cluster reach the load balancer (KEP-1860; on by default since
 * Kubernetes 1.30).
 */
export type IpMode = 'VIP' | 'Proxy';

export interface IpModes {
  readonly wanted: IpMode;
  /** Of each address that is published, host names apart. Empty: the API server does not know the field. */
  readonly published: readonly string[];
}

export const usualIpModes: IpModes = { wanted: 'VIP', published: [] };

/** The API server fills in VIP wherever it knows the field, also when it reads an object that lacks it. */
export function isIpModeKnown({ published }: IpModes): boolean {
  return !published.includes('');
}

/** A mode that the API server would drop again is not written: it would be written for ever. */
export function isOtherMode(modes: IpModes): boolean {
  return isIpModeKnown(modes) && modes.published.some((mode) => mode !== modes.wanted);
}
