import type { Target } from '../state/model.ts';

const isHealthy = ({ health }: Target) => health === 'Alive' || health === 'Close';

/**
 * The targets that get new connections. When every one with a weight is unhealthy, all the Dead ones do (the cloud
 * fails open, doc 214/6097); one that was never probed successfully or not gets none, as the same page says.
 */
export function eligibleTargets(targets: readonly Target[]): Target[] {
  const weighted = targets.filter(({ weight }) => weight > 0);
  const healthy = weighted.filter(isHealthy);
  return healthy.length > 0 ? healthy : weighted.filter(({ health }) => health === 'Dead');
}
