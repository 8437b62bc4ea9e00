import type { Departure } from '../../model/backend.ts';
import { stageOf, type PodView } from '../../model/pod-view.ts';

/**
 * Judges a target by the pods that have its IP. `podUid`: whom the target was registered for; undefined when that is
 * not known.
 */
export function podDeparture(
  podUid: string | undefined,
  podsAtAddress: readonly PodView[],
  hasEnded: (uid: string) => boolean,
): Departure {
  const pods = podsAtAddress.filter((pod) => podUid === undefined || pod.uid === podUid);
  if (pods.some((pod) => stageOf(pod) !== 'gone')) return 'unselected';
  return pods.length > 0 || (podUid !== undefined && hasEnded(podUid)) ? 'ended' : 'vanished';
}
