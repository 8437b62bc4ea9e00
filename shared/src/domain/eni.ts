import { annotation, eniNetworks, eniResources } from './names.ts';

/** What a pod without the networks annotation and without an ENI resource is. */
export type EniDefault = 'eni' | 'not-eni';

/** What decides whether the VPC can reach a pod's IP directly. */
export interface EniFacts {
  readonly hostNetwork: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** Names of all resources that any container, init containers too, requests or is limited to. */
  readonly resourceNames: readonly string[];
}

/** Whether a pod is an ENI pod, and which of its marks says so. */
export interface EniVerdict {
  readonly isEni: boolean;
  readonly because: 'host-network' | 'networks-annotation' | 'eni-resource' | 'eni-default';
}

/** Says who is an ENI pod, by the rules of TKE's own resource webhook (substring match on the annotation included). */
export function judgeEni(pod: EniFacts, byDefault: EniDefault): EniVerdict {
  if (pod.hostNetwork) return { isEni: false, because: 'host-network' };
  const networks = pod.annotations[annotation.networks];
  if (networks !== undefined) return { isEni: namesEniNetwork(networks), because: 'networks-annotation' };
  if (pod.resourceNames.some(isEniResource)) return { isEni: true, because: 'eni-resource' };
  return { isEni: byDefault === 'eni', because: 'eni-default' };
}

/** The default as TKE's CNI settings say it; `problem` says why they could not be read, and ENI is assumed then. */
export interface CniDefault {
  readonly eniDefault: EniDefault;
  readonly problem?: string;
}

/**
 * Reads the default from the value of `00-multus.conf`; undefined = no such ConfigMap or key. Without it
 * `tke-route-eni` is TKE's default. A gate too many opens by itself, a missing gate loses traffic: ENI it is.
 */
export function readCniDefault(multusConf: string | undefined): CniDefault {
  if (multusConf === undefined) return { eniDefault: 'eni' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(multusConf);
  } catch {
    return { eniDefault: 'eni', problem: 'it is not JSON' };
  }
  if (typeof parsed !== 'object' || parsed === null) return { eniDefault: 'eni', problem: 'it is not a JSON object' };
  const delegates: unknown = Object.hasOwn(parsed, 'defaultDelegates') ? Reflect.get(parsed, 'defaultDelegates') : '';
  if (typeof delegates !== 'string') return { eniDefault: 'eni', problem: 'defaultDelegates is not a string' };
  return { eniDefault: namesEniNetwork(delegates) ? 'eni' : 'not-eni' };
}

function namesEniNetwork(networks: string): boolean {
  return eniNetworks.some((name) => networks.includes(name));
}

function isEniResource(name: string): boolean {
  return (eniResources as readonly string[]).includes(name);
}
