import { eniNetworks } from './names.ts';

/** What a pod without the networks annotation and without an ENI resource is. */
export type EniDefault = 'eni' | 'not-eni';

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
