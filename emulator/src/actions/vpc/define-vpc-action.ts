import type { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/vpc/v20170312/vpc_client.js';
import type { vpcActions } from '../../definitions/action-names.ts';
import type { Action, ActionContext, Answer } from '../parts/action.ts';

type VpcActionName = (typeof vpcActions)[number];
/** Only what the emulator knows: the rest is filled in. */
type Loose<T> = T extends object ? { [K in keyof T]?: Loose<T[K]> } : T;
type AnswerTo<Name extends VpcActionName> = Loose<Answer<Awaited<ReturnType<Client[Name]>>>>;

/** Ties an action of VPC to the SDK's types, as defineAction does it for CLB. */
export function defineVpcAction<Name extends VpcActionName>(
  name: Name,
  run: (request: Parameters<Client[Name]>[0], context: ActionContext) => AnswerTo<Name>,
): Action {
  return { name, run: (request, context) => run(request as Parameters<Client[Name]>[0], context) };
}
