import type { ActionContext } from '../../actions/parts/action.ts';
import type { ApiError } from '../../errors/api-error.ts';
import type { Outcome } from '../../calls/outcome.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Language } from '../../limits/rate-limit.ts';
import type { Store } from '../../state/store.ts';

/** What a fault is about; a field left out matches everything. */
export interface Selection {
  action?: string;
  secretId?: string;
  loadBalancerId?: string;
  listenerId?: string;
  ip?: string;
  port?: number;
}

/** When a fault strikes what it is about. */
interface Timing {
  /** From 0 to 1, drawn from the emulator's seed. */
  probability?: number;
  /** How often at most. */
  times?: number;
  /** How long after it was set it begins, and how long it lasts from then on. */
  afterMs?: number;
  forMs?: number;
}

/** What every fault has; each kind adds its own. */
export interface FaultBase extends Selection, Timing {
  kind: string;
}

/** Before or after the effect of the call; after, the change is made and the answer is lost. */
export interface Placed {
  when?: 'before' | 'after';
}

/** What an action works with. */
export interface Work {
  body: unknown;
  context: ActionContext;
}

/** Where a fault can strike. */
export interface Effects {
  /** Around a whole call, as the network sees it. */
  call?: (next: () => Promise<Outcome>) => Promise<Outcome>;
  /** A refusal by the gateway, when it knows who calls. */
  refusal?: (language: Language) => ApiError | undefined;
  /** Around the action itself. */
  work?: (work: Work, next: (work: Work) => Promise<object>) => Promise<object>;
  /** Whether probes fail now. */
  failsProbes?: () => boolean;
  /** The fault is removed. */
  end?: () => void;
}

/** What faults reach. */
export interface FaultWorld {
  clock: Clock;
  store: Store;
  ratePerSecond: number;
}

/** One kind of fault: what it takes, and what it does. */
export interface FaultKind {
  kind: string;
  /** What goes wrong, for people. */
  about: string;
  selects: readonly (keyof Selection)[];
  /** JSON Schema of its own fields; each description says what is expected. */
  fields: Readonly<Record<string, object>>;
  required: readonly string[];
  /** Which actions it can be about. */
  concerns: (action: string) => boolean;
  make: (fault: FaultBase, world: FaultWorld) => Effects;
}

interface Definition<F> {
  about: string;
  selects: readonly (keyof Selection)[];
  fields?: Readonly<Record<Exclude<keyof F, keyof FaultBase>, object>>;
  required?: readonly (keyof F & string)[];
  concerns?: (action: string) => boolean;
  make: (fault: F, world: FaultWorld) => Effects;
}

/** Ties a kind to the type of its faults, which have been checked against its fields when they are made. */
export function defineFault<F extends FaultBase>(kind: F['kind'], definition: Definition<F>): FaultKind {
  const { fields = {}, required = [], concerns = () => true, make, ...rest } = definition;
  return { ...rest, kind, fields, required, concerns, make: (fault, world) => make(fault as F, world) };
}
