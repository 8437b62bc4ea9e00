import { ApiError } from '../../errors/api-error.ts';
import { checkQuota } from '../../limits/quotas.ts';
import { canonicalIp } from '../../state/address-family.ts';
import { listenerOrRule, type BoundTarget, type Place } from '../../state/place.ts';
import { findTarget } from '../../state/store.ts';
import type { ActionContext } from './action.ts';
import { whyWrongFamily } from './address-versions.ts';
import { nameOf } from './lookup.ts';

/** What Target and BatchTarget have in common. */
export interface TargetRequest {
  Port: number;
  EniIp?: string;
  InstanceId?: string;
  Weight?: number;
  Tag?: string;
}

/** Exactly one of EniIp and InstanceId must be there, for every target of a request. */
export function checkAddresses(targets: readonly TargetRequest[]): void {
  targets.forEach(({ EniIp, InstanceId }, index) => {
    if (EniIp !== undefined && InstanceId !== undefined) {
      throw new ApiError('InvalidParameter', `Targets.${index}: EniIp and InstanceId exclude each other.`);
    }
    if (EniIp === undefined && InstanceId === undefined) {
      throw new ApiError('MissingParameter', `Targets.${index}: one of EniIp and InstanceId is required.`);
    }
    if (EniIp !== undefined && canonicalIp(EniIp) === undefined) {
      throw new ApiError('InvalidParameter.FormatError', `Targets.${index}: EniIp ${EniIp} is not an address.`);
    }
  });
}

const addressOf = ({ EniIp = '', InstanceId = '' }: TargetRequest) => canonicalIp(EniIp) ?? InstanceId;

/** Refuses a request that has the same target twice; `placeOf` tells the places of one request apart. */
export function requireDistinct<T extends TargetRequest>(targets: readonly T[], placeOf: (target: T) => string): void {
  const names = targets.map((target) => `${placeOf(target)}${addressOf(target)}:${target.Port}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ApiError('InvalidParameterValue.Duplicate', `The target ${twice} is in the request twice.`);
}

/** The bound target that a request means. */
function findBound(at: Place, request: TargetRequest): BoundTarget | undefined {
  const target = findTarget(at, addressOf(request), request.Port);
  return target && { ...at, target };
}

/** Why a target cannot be registered; the emulated VPC has no machines, so only addresses can be bound. */
export function whyNotRegister({ knowsIp }: ActionContext, at: Place, request: TargetRequest): string | undefined {
  const { EniIp, InstanceId } = request;
  if (EniIp === undefined) return `InstanceId ${InstanceId ?? ''} not found.`;
  return whyWrongFamily(at, EniIp) ?? (knowsIp(EniIp) ? undefined : `IP ${EniIp} not found.`);
}

/** Why a target cannot be deregistered. */
export function whyNotDeregister({ switches }: ActionContext, at: Place, request: TargetRequest): string | undefined {
  if (switches.deregisterMissingIsFine || findBound(at, request)) return undefined;
  return `Target ${addressOf(request)}:${request.Port} is not bound to ${nameOf(at)}.`;
}

/** Binds a target; one that is bound already keeps its weight or takes the new one, as the switch says. */
export function register({ store, switches, clock }: ActionContext, at: Place, request: TargetRequest): void {
  const bound = findBound(at, request);
  const weight = request.Weight ?? 10;
  if (bound) {
    if (!switches.reregisterKeepsWeight) store.setWeight(bound, weight);
    return;
  }
  const { Port: port, Tag: tag = null } = request;
  const registeredAtMs = clock.now();
  const target = { ip: addressOf(request), port, weight, tag, health: 'Unknown' as const, registeredAtMs };
  store.bind({ ...at, target });
}

/** Takes a target off; nothing happens when it is not bound. */
export function deregister({ store }: ActionContext, at: Place, request: TargetRequest): void {
  const bound = findBound(at, request);
  if (bound) store.unbind(bound);
}

/** Finds the target that a change is for or refuses. */
export function requireTarget(at: Place, request: TargetRequest): BoundTarget {
  const bound = findBound(at, request);
  if (bound) return bound;
  throw new ApiError('InvalidParameter', `Target ${addressOf(request)}:${request.Port} is not bound to ${nameOf(at)}.`);
}

/** Refuses when these targets exceed the quota of their listener or rule. */
export function checkTargetQuota(context: ActionContext, at: Place, requests: readonly TargetRequest[]): void {
  const { quotas, switches } = context;
  const counted = switches.quotaCountsDuplicates ? requests : requests.filter((request) => !findBound(at, request));
  const bound = listenerOrRule(at).targets.length;
  checkQuota(`targets of ${nameOf(at)}`, bound, counted.length, quotas.targetsPerListener);
}
