import { CloudError } from '../core/model/cloud-error.ts';
import type { Step } from '../core/model/step.ts';
import { replacementsIn } from '../core/plan/replacement.ts';

/** What a step comes back with that was not sent, because a weight 0 has become due. */
export const postponed = new CloudError('A weight 0 goes first.', { kind: 'busy', code: 'Postponed', action: '' });

/**
 * Which calls of a run still go when a weight 0 has become due, which only the next run sends: drains, one other call,
 * so that each run comes on, and the second half of what has none without it.
 */
export class DrainStop {
  readonly #isDrainDue: () => boolean;
  readonly #replacements: ReturnType<typeof replacementsIn>;
  readonly #sent = new Set<Step>();
  readonly #late = new Set<Step>();
  #isOver = false;

  constructor(steps: readonly Step[], isDrainDue: () => boolean) {
    this.#isDrainDue = isDrainDue;
    this.#replacements = replacementsIn(steps);
  }

  /** Of the steps of one call those that go now; they are taken to be sent. */
  take<S extends Step>(steps: readonly S[]): readonly S[] {
    const going = steps.filter((step) => !this.#comesAfterLate(step));
    const now = going.every(isDrain) || !this.#isOverNow() ? going : going.filter((step) => this.#completes(step));
    for (const step of steps) (now.includes(step) ? this.#sent : this.#late).add(step);
    return now;
  }

  #isOverNow(): boolean {
    const isFirst = [...this.#sent].every(isDrain);
    this.#isOver ||= !isFirst && this.#isDrainDue();
    return this.#isOver;
  }

  /** The CLB would refuse it: what stands at its port was to go first. */
  #comesAfterLate(one: Step): boolean {
    return this.#replacements.some(({ step, next }) => next === one && this.#late.has(step));
  }

  /** Its port has no listener now, or its rule no redirect. */
  #completes(one: Step): boolean {
    if (this.#replacements.some(({ step, next }) => next === one && this.#sent.has(step))) return true;
    return one.kind === 'create-redirect' && [...this.#sent].some((step) => isRedirectOf(one.locationId, step));
  }
}

function isRedirectOf(locationId: string, step: Step): boolean {
  return step.kind === 'delete-redirect' && step.locationId === locationId;
}

function isDrain(step: Step): boolean {
  return step.kind === 'set-weight' && step.weight === 0;
}
