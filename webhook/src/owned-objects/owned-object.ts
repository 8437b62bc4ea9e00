import type { RawObject } from '@clb-direct/shared/domain/raw.ts';

/** An object that the webhook owns, as it was read, and what differs from how it has to be. */
export interface OwnedObject {
  readonly kind: 'registration' | 'service';
  /** Undefined = it does not exist. */
  readonly live: RawObject | undefined;
  /** Names of what differs, as metric labels; empty = nothing. */
  readonly drifts: readonly string[];
  /** The path of a drift in managedFields. */
  pathOf: (drift: string) => readonly string[];
  /** Writes it as it has to be. Throws a conflict if it has changed since it was read: read it again. */
  repair(signal: AbortSignal): Promise<Repaired>;
}

/** What the API server made of a repair. */
export interface Repaired {
  readonly written: RawObject;
  /** The drifts that it did not take. */
  readonly left: readonly string[];
}
