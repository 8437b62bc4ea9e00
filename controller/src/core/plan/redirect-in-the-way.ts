import type { ObservedListener, ObservedRedirect } from '../model/observed.ts';
import type { Place } from '../model/place.ts';

/** A redirect that a person made, and what it keeps from being done. */
export interface RedirectInTheWay {
  readonly listener: Pick<ObservedListener, 'id' | 'place'>;
  readonly redirect: ObservedRedirect;
  readonly of: 'deletion' | 'redirect';
  /** What is to be deleted, or to redirect elsewhere. */
  readonly place: Place;
  /** UIDs of its owners. */
  readonly owners: readonly string[];
}
