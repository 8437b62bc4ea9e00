import { isServing, type Health } from '../model/target.ts';

/** A target at a place, as far as its traffic goes. */
interface Serving {
  readonly weight: number;
  readonly health: Health | undefined;
}

/** The CLB sends new connections to it. */
function takesTraffic({ weight, health }: Serving): boolean {
  return weight > 0 && isServing(health);
}

/**
 * Of targets that would be lowered to weight 0, those that keep their weight: while nothing else at the place takes
 * traffic, the last ones that the CLB sends to go on, as kube-proxy does with serving terminating endpoints. They are
 * lowered when a replacement is Alive; they leave when their containers are gone; one that turns Dead is lowered at
 * once.
 */
export function lastServing<T extends Serving>(lowered: readonly T[], staying: readonly Serving[]): readonly T[] {
  return staying.some(takesTraffic) ? [] : lowered.filter(takesTraffic);
}
