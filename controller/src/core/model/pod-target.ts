import { judgeReach, type ReachMisfit, type ReachRules } from '@clb-direct/shared/domain/reach.ts';
import { familyOf, type AddressFamily } from './address-family.ts';
import { portOn, type PodBackends } from './binding.ts';
import { addressesOf, type PodView } from './pod-view.ts';
import type { TargetAddress } from './target.ts';

/** What decides beside the pod itself whether it can be a target of a CLB. */
export interface TargetRules {
  /** That of the CLB's targets; undefined while the CLB was not seen. */
  readonly family: AddressFamily | undefined;
  readonly reach: ReachRules;
}

/** Why a pod can never be a target there; time alone changes nothing. */
export type Misfit = ReachMisfit | 'port' | 'family';

/** undefined: it can be one, perhaps only when it has an address. */
export function misfitOf(pod: PodView, backends: PodBackends, { family, reach }: TargetRules): Misfit | undefined {
  const reached = judgeReach(pod.network, reach);
  if (typeof reached === 'object') return reached.misfit;
  if (portOn(pod, backends) === undefined) return 'port';
  const hasAddress = pod.ip !== undefined;
  return hasAddress && family !== undefined && addressOn(pod, family) === undefined ? 'family' : undefined;
}

/** Where the pod is a target; undefined: it has a misfit, no address yet, or the CLB was not seen. */
export function podTarget(pod: PodView, backends: PodBackends, rules: TargetRules): TargetAddress | undefined {
  const port = portOn(pod, backends);
  const ip = rules.family === undefined ? undefined : addressOn(pod, rules.family);
  if (misfitOf(pod, backends, rules) !== undefined || ip === undefined || port === undefined) return undefined;
  return { ip, port };
}

function addressOn(pod: PodView, family: AddressFamily): string | undefined {
  return addressesOf(pod).find((ip) => familyOf(ip) === family);
}

/** For messages about the misfit not-eni. */
export const reachedOnly =
  'CLBs reach others only where GlobalRouter direct access is on ' +
  '(GlobalRouteDirectAccess: "true" in kube-system/tke-service-controller-config)';
