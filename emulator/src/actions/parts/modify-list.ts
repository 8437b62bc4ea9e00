import { ApiError } from '../../errors/api-error.ts';

/** Of all members of a ModifyList together (doc 214/33844). */
const maxTargets = 500;

/** Refuses a ModifyList whose members hold too many targets together. */
export function checkTotal(list: readonly { Targets: readonly unknown[] }[]): void {
  const count = list.reduce((sum, { Targets }) => sum + Targets.length, 0);
  if (count <= maxTargets) return;
  const message = `ModifyList holds ${count} targets, at most ${maxTargets} are allowed.`;
  throw new ApiError('InvalidParameterValue.Length', message);
}
