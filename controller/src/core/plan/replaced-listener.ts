import { balancerIdOf } from '../model/balancer-ref.ts';
import type { Binding } from '../model/binding.ts';
import type { CloudError } from '../model/cloud-error.ts';
import type { ObservedListener } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { slotOfPort, type Place } from '../model/place.ts';
import { fingerprint } from './fingerprint.ts';

/** A listener that goes to make room for another one of its owner, until a place of the other one stands. */
export interface ReplacedListener {
  readonly ownerUid: string;
  /** As it was seen before. Its targets follow the pods when it is made again. */
  readonly listener: ObservedListener;
  /** The last look did not show it any more. */
  readonly isGone: boolean;
  /** `wishAt` its port, for which it went. */
  readonly wish: string;
  /** The places of that wish. */
  readonly places: readonly Place[];
  /** How often the CLB failed to make what is wished, without saying no to it. */
  readonly failures: number;
  /** Why the CLB did not make it: the old listener comes back, and stays until the owner wishes something else. */
  readonly refusal?: CloudError | undefined;
  /** It was refused before a restart: `listener` is the one that came back. */
  readonly isRecorded?: true;
}

/** The claims of an owner on what only one listener can have: the port of `listener`. */
export function claimsAt<B extends Pick<Binding, 'place' | 'existing'>>(
  { place }: Pick<ObservedListener, 'place'>,
  bindings: readonly B[],
): readonly B[] {
  return bindings.filter((one) => one.existing === undefined && slotOfPort(one.place) === slotOfPort(place));
}

/** Opaque: the same text while the owner's own words about that port are the same. */
export function wishAt(listener: Pick<ObservedListener, 'place'>, { bindings }: Pick<OwnerView, 'bindings'>): string {
  const wished = claimsAt(listener, bindings).map(({ balancer, place, listenerSettings, ruleSettings }) => {
    return [balancerIdOf(balancer), place, listenerSettings, ruleSettings];
  });
  return fingerprint(JSON.stringify(wished));
}

/** A listener that goes for what its owner wishes at its port now. */
export function replacedFor(owner: OwnerView, { listener, isGone, failures }: Before): ReplacedListener {
  const places = claimsAt(listener, owner.bindings).map(({ place }) => place);
  return { ownerUid: owner.uid, listener, isGone, wish: wishAt(listener, owner), places, failures };
}

type Before = Pick<ReplacedListener, 'listener' | 'isGone' | 'failures'>;

export function isAtSamePort(a: ReplacedListener, b: ReplacedListener): boolean {
  return slotOfPort(a.listener.place) === slotOfPort(b.listener.place);
}
