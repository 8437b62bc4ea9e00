import type { RawObject } from '@clb-direct/shared/domain/raw.ts';

/** An object of ours as it stands, and what differs from how it has to be. */
export interface Sight {
  readonly object: 'registration' | 'service';
  /** Undefined = it is not there. */
  readonly live: RawObject | undefined;
  /** Names of what differs, as metric labels; empty = as it has to be. */
  readonly drifts: readonly string[];
  /** Where managedFields speaks of a drift. */
  pathOf: (drift: string) => readonly string[];
  /** Writes it as it has to be; a conflict is thrown: look again. */
  repair(signal: AbortSignal): Promise<Repair>;
}

/** What the API server made of a repair. */
export interface Repair {
  readonly written: RawObject;
  /** What it did not take. */
  readonly left: readonly string[];
}
