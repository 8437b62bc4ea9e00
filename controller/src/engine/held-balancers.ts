import type { ObservedLoadBalancer } from '../core/model/observed.ts';
import type { BalancerRecord } from '../core/model/record.ts';
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

/** Who has places on which CLB, and who left one a while ago. Kept when nobody asks for the CLB any more. */
export class HeldBalancers {
  readonly #held = new Map<string, readonly HeldPlace[]>();
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
    const before = this.#held.get(observed.id) ?? recordedPlaces(record, { nowMs, wallNowMs });
    const { rules, reservationMs: keptMs } = this.#rules;
    const isAsked = askedFor(observed.id, [...claims, ...pending], rules);
    const held = heldPlaces(before, observed, owners, { nowMs, keptMs, record, isAsked });
    if (held.length === 0) this.#held.delete(observed.id);
    else this.#held.set(observed.id, held);
    return held;
  }
}
