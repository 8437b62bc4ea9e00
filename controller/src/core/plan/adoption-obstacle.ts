import type { ObservedLoadBalancer } from '../model/observed.ts';
import type { Contender } from './contender.ts';
import type { Facts } from './facts.ts';

/**
 * Why nothing is adopted. not-proven: the tags of the CLB do not say that it was made for the owner. tke-writes: TKE's
 * controller still works on it. no-target: nothing could take over from the targets that TKE registered.
 */
export type AdoptionObstacle = 'not-proven' | 'tke-writes' | 'no-target';

type Around = Pick<Facts, 'backendsOf' | 'tkePresent'> & {
  readonly observed: Pick<ObservedLoadBalancer, 'madeByTkeFor'> | undefined;
};

/** undefined: the owner may have the listeners that TKE made for it. */
export function adoptionObstacle(
  { owner, binding }: Contender,
  { observed, tkePresent, backendsOf }: Around,
): AdoptionObstacle | undefined {
  if (observed?.madeByTkeFor !== owner.uid) return 'not-proven';
  if (tkePresent && owner.skip !== 'unless-tke') return 'tke-writes';
  const { backends, isEmpty } = backendsOf(binding);
  return isEmpty || backends.some(({ state }) => state === 'ready') ? undefined : 'no-target';
}
