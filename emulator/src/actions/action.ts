import type { Schema } from '../api/parameters.ts';
import type { Clock } from '../clock.ts';
import type { Quotas } from '../limits/quotas.ts';
import type { Random } from '../random.ts';
import type { Store } from '../state/store.ts';
import type { Switches } from '../switches.ts';
import type { Tasks } from '../tasks/tasks.ts';

/** What an action may reach. */
export interface ActionContext {
  store: Store;
  tasks: Tasks;
  clock: Clock;
  random: Random;
  quotas: Quotas;
  switches: Switches;
  vips: string;
  /** Whether the VPC knows an IP. */
  knowsIp: (ip: string) => boolean;
  /** The region that the caller named. */
  region: string;
  requestId: string;
}

/** The API sends null where it has no value, which the SDK's types do not say. */
type OrNull<T> = T extends object ? { [K in keyof T]: OrNull<T[K]> | null } : T;
/** A response of the SDK's type before its RequestId is added. */
export type Answer<T> = OrNull<Omit<T, 'RequestId'>>;

/** One API action: its checks as a schema, its work as a function of the state. */
export interface Action {
  name: string;
  write: boolean;
  schema: Schema;
  run(request: unknown, context: ActionContext): object | Promise<object>;
}

interface Definition<Request, Response> {
  name: string;
  write: boolean;
  schema: Schema;
  run(request: Request, context: ActionContext): Answer<Response> | Promise<Answer<Response>>;
}

/** Ties an action to the SDK's types of its request and response. */
export function defineAction<Request, Response>(definition: Definition<Request, Response>): Action {
  // The schema has proved the request before run is called.
  return { ...definition, run: (request, context) => definition.run(request as Request, context) };
}
