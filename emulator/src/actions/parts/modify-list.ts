import { ApiError } from '../../errors/api-error.ts';
import { nameOf } from './lookup.ts';
import type { BoundTarget } from '../../state/place.ts';

/** Of all members of a ModifyList together (doc 214/33844). */
const maxTargets = 500;

/** Refuses a ModifyList whose members hold too many targets together. */
export function checkTotal(list: readonly { Targets: readonly unknown[] }[]): void {
  const count = list.reduce((sum, { Targets }) => sum + Targets.length, 0);
  if (count <= maxTargets) return;
  const message = `ModifyList holds ${count} targets, at most ${maxTargets} are allowed.`;
  throw new ApiError('InvalidParameterValue.Length', message);
}

/** Refuses to change a target twice by one request, with the same member of the list or with two of them. */
export function requireEachOnce(bound: readonly BoundTarget[]): void {
  const seen = new Set<BoundTarget['target']>();
  for (const { target, ...place } of bound) {
    if (seen.has(target)) {
      const message = `The target ${target.ip}:${target.port} of ${nameOf(place)} is in the request twice.`;
      throw new ApiError('InvalidParameterValue.Duplicate', message);
    }
    seen.add(target);
  }
}
