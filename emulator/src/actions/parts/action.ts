import type { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_client.js';
import type { clbActions } from '../../definitions/action-names.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Quotas } from '../../limits/quotas.ts';
import type { Random } from '../../runtime/random.ts';
import type { Store } from '../../state/store.ts';
import type { Switches } from '../../runtime/switches.ts';
import type { Tasks } from '../../tasks/tasks.ts';

/** What an action may reach. */
export interface ActionContext {
  store: Store;
  tasks: Tasks;
  clock: Clock;
  random: Random;
  quotas: Quotas;
  switches: Switches;
  vips: string;
  /** Where it takes those of IPv6 load balancers from. */
  ipv6Vips: string;
  /** Whether the VPC knows an IP. */
  knowsIp: (ip: string) => boolean;
  /** The action that was called. */
  action: string;
  /** The region that the caller named. */
  region: string;
  requestId: string;
}

/** The actions of CLB that the emulator has. */
export type ActionName = (typeof clbActions)[number];
/** What the SDK sends for an action. */
export type RequestOf<Name extends ActionName> = Parameters<Client[Name]>[0];
/** The API sends null where it has no value, which the SDK's types do not say. */
type OrNull<T> = T extends object ? { [K in keyof T]: OrNull<T[K]> | null } : T;
/** A structure of a response; what is left out is filled in as the cloud does. */
export type Answer<T> = OrNull<Omit<T, 'RequestId'>>;
type AnswerTo<Name extends ActionName> = Answer<Awaited<ReturnType<Client[Name]>>>;

/** One API action: its work as a function of the state. Its request has been checked against its definition. */
export interface Action {
  name: string;
  run(request: unknown, context: ActionContext): object | Promise<object>;
}

/** Ties an action to the SDK's types of its request and response. */
export function defineAction<Name extends ActionName>(
  name: Name,
  run: (request: RequestOf<Name>, context: ActionContext) => AnswerTo<Name> | Promise<AnswerTo<Name>>,
): Action {
  return { name, run: (request, context) => run(request as RequestOf<Name>, context) };
}
