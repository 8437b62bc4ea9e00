import type { PodView } from './pod-view.ts';

/** Weights that an owner asks for at one place. */
export interface TargetWeights {
  /** undefined: as the setting TARGET_WEIGHT says. */
  readonly default: number | undefined;
  /** By name of the pod. */
  readonly byPod: Readonly<Record<string, number>>;
}

/** Whatever may have weights of its own. */
interface Weighted {
  readonly weights?: TargetWeights | undefined;
}

/** What the CLB API takes: a whole number. */
export const weightRange = { least: 0, most: 100 } as const;

/** undefined: it is no weight. */
export function toWeight(text: string): number | undefined {
  return /^(0|[1-9]\d?|100)$/.test(text) ? Number(text) : undefined;
}

/**
 * The weight that people chose for a pod that carries traffic; undefined: none. The pod's own annotation is nearest to
 * the pod, so it wins; which of the two wins on TKE is not documented.
 */
export function chosenWeight({ name, customWeight }: PodView, { weights }: Weighted): number | undefined {
  const own = customWeight === undefined ? undefined : toWeight(customWeight);
  const ofPod = weights !== undefined && Object.hasOwn(weights.byPod, name) ? weights.byPod[name] : undefined;
  return own ?? ofPod ?? weights?.default;
}
