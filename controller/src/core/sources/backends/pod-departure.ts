import type { Departure } from '../../model/backend.ts';
import { stageOf, type PodView } from '../../model/pod-view.ts';

/** What is known about the pods that a target may belong to. */
export interface DepartureFacts {
  /** UID of the pod that the target was registered for; undefined when that is not known. */
  readonly podUid: string | undefined;
  /** The pod with that UID, wherever it is now. */
  readonly pod: PodView | undefined;
  /** Pods that have the target's IP now. */
  readonly podsAtAddress: readonly PodView[];
  readonly hasEnded: (uid: string) => boolean;
}

/**
 * Why a target is there that no binding wants. Its pod lives at another address, or another living pod has this one:
 * that is certain, also for what happened while no controller ran.
 */
export function podDeparture({ podUid, pod, podsAtAddress, hasEnded }: DepartureFacts): Departure {
  const own = podsAtAddress.filter(({ uid }) => podUid === undefined || uid === podUid);
  const living = own.filter(isLiving);
  if (living.length > 0) return whileLiving(living);
  const isElsewhere = own.length === 0 && pod?.ip !== undefined && isLiving(pod);
  if (isElsewhere || podsAtAddress.some(isItsHolder)) return 'displaced';
  return own.length > 0 || (podUid !== undefined && hasEnded(podUid)) ? 'ended' : 'vanished';
}

function whileLiving(pods: readonly PodView[]): Departure {
  return pods.every((pod) => stageOf(pod) === 'ending') ? 'ending' : 'unselected';
}

/** Pods in the host network share their node's address: one of them takes it from nobody. */
function isItsHolder(pod: PodView): boolean {
  return isLiving(pod) && pod.network !== 'host';
}

function isLiving(pod: PodView): boolean {
  return stageOf(pod) !== 'gone';
}
