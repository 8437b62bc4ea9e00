import type { ObservedLoadBalancer } from '../core/model/observed.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { BalancerRecord } from '../core/model/record.ts';
import { heldPlaces, recordedPlaces, type HeldPlace } from '../core/plan/held-places.ts';

interface Seen {
  readonly nowMs: number;
  /** By the clock that the records are written by. */
  readonly wallNowMs: number;
  readonly record: BalancerRecord | undefined;
}

/** Who has places on which CLB, and who left one a while ago. Kept when nobody asks for the CLB any more. */
export class HeldBalancers {
  readonly #held = new Map<string, readonly HeldPlace[]>();
  readonly #keptMs: number;

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** The record says what was there or was left before this process began. */
  see(
    observed: ObservedLoadBalancer,
    owners: readonly OwnerView[],
    { nowMs, wallNowMs, record }: Seen,
  ): readonly HeldPlace[] {
    const before = this.#held.get(observed.id) ?? recordedPlaces(record, { nowMs, wallNowMs });
    const held = heldPlaces(before, observed, owners, { nowMs, keptMs: this.#keptMs, record });
    if (held.length === 0) this.#held.delete(observed.id);
    else this.#held.set(observed.id, held);
    return held;
  }
}
