import type { BoundTarget } from '../model/observed.ts';
import type { Place, PlaceId } from '../model/place.ts';
import type { Step } from '../model/step.ts';
import type { TargetRef } from '../model/target.ts';

interface ChangeBase {
  readonly place: Place;
  /** UIDs of the owners of the place. */
  readonly owners: readonly string[];
  /** What undoes it; undefined: nothing does. */
  readonly step: Step | undefined;
}

/** The weight of a target differs from what the last look showed, and we did not write it. */
export interface WeightChange extends ChangeBase {
  readonly what: 'weight';
  readonly target: BoundTarget;
  readonly before: number;
}

/** A target that we did not register. */
export interface ForeignTarget extends ChangeBase {
  readonly what: 'target';
  readonly target: BoundTarget;
}

/** A target that the last look showed is not there any more, and we did not deregister it. */
export interface MissingTarget extends ChangeBase {
  readonly what: 'missing-target';
  readonly target: TargetRef;
}

/** The health check is off, and nobody asks for that. */
export interface CheckOff extends ChangeBase {
  readonly what: 'health-check';
  readonly id: PlaceId;
}

/** Other fields of the health check differ from what the last look showed. They are not ours, and stay. */
export interface CheckChange extends ChangeBase {
  readonly what: 'health-check-settings';
  readonly id: PlaceId;
  /** Such as "IntervalTime from 5 to 60". */
  readonly fields: readonly string[];
}

/** Settings of ours differ from what the last look showed, and become again what they were. */
export interface SettingsChange extends ChangeBase {
  readonly what: 'settings';
  readonly id: PlaceId;
  /** Such as "scheduler from WRR to LEAST_CONN". */
  readonly fields: readonly string[];
}

/** The name of a listener, which it gets again. ListenerRenamed tells it. */
export interface NameChange extends ChangeBase {
  readonly what: 'name';
}

/** What other writers changed at our places. */
export type HandChange =
  WeightChange | ForeignTarget | MissingTarget | CheckOff | CheckChange | SettingsChange | NameChange;
