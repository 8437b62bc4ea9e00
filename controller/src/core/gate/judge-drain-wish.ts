import { isWorkedFor, type OwnerView } from '../model/owner-view.ts';
import { isLeaving, type PodView } from '../model/pod-view.ts';

/**
 * Whether the pod's condition must tell that a Service asks for its drain before it is deleted; undefined: it says the
 * right thing. Only pods with the gate are drained, and one that leaves needs no word any more.
 */
export function drainWishToTell(
  pod: PodView,
  { owners, tkePresent }: { readonly owners: readonly OwnerView[]; readonly tkePresent: boolean },
): boolean | undefined {
  if (pod.gate === 'absent' || pod.finished || isLeaving(pod)) return undefined;
  const isAsked = owners.some((owner) => owner.wantsDrain === true && isWorkedFor(owner, tkePresent));
  return isAsked === pod.drainAsked ? undefined : isAsked;
}
