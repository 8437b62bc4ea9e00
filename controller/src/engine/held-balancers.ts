import type { ObservedLoadBalancer } from '../core/model/observed.ts';
import { releasedKeptMs, type BalancerRecord } from '../core/model/record.ts';
import { askedFor } from '../core/plan/asked-places.ts';
import { heldPlaces, recordedPlaces, type HeldPlace } from '../core/plan/held-places.ts';
import type { PlaceRules } from '../core/plan/place-rules.ts';
import type { Scope } from '../core/plan/scope.ts';

interface Seen {
  readonly nowMs: number;
  /** By the clock that the records are written by. */
  readonly wallNowMs: number;
  readonly record: BalancerRecord | undefined;
}

interface Held {
  readonly places: readonly HeldPlace[];
  readonly seenAtMs: number;
}

/** Who has places on which CLB, and who left one lately. Kept for a while when nobody asks for the CLB any more. */
export class HeldBalancers {
  readonly #held = new Map<string, Held>();
  readonly #rules: PlaceRules;

  constructor(rules: PlaceRules) {
    this.#rules = rules;
  }

  /** The record says what was there or was left before this process began. */
  see(
    observed: ObservedLoadBalancer,
    { owners, claims, pending }: Pick<Scope, 'owners' | 'claims' | 'pending'>,
    { nowMs, wallNowMs, record }: Seen,
  ): readonly HeldPlace[] {
    const { rules, reservationMs: keptMs } = this.#rules;
    this.#forgetUnseen(nowMs - Math.max(keptMs, releasedKeptMs));
    const before = this.#held.get(observed.id)?.places ?? recordedPlaces(record, { nowMs, wallNowMs });
    const isAsked = askedFor(observed.id, [...claims, ...pending], rules);
    const held = heldPlaces(before, observed, owners, { nowMs, keptMs, record, isAsked });
    if (held.length === 0) this.#held.delete(observed.id);
    else this.#held.set(observed.id, { places: held, seenAtMs: nowMs });
    return held;
  }

  /** CLBs come and go. Of one that comes back the record says it. */
  #forgetUnseen(sinceMs: number): void {
    for (const [id, { seenAtMs }] of this.#held) if (seenAtMs < sinceMs) this.#held.delete(id);
  }
}
