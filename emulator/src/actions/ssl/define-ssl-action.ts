import type { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssl/v20191205/ssl_client.js';
import type { sslActions } from '../../definitions/action-names.ts';
import type { Action, ActionContext, Answer } from '../parts/action.ts';

type SslActionName = (typeof sslActions)[number];
/** Only what the emulator knows: the rest of a certificate is filled in. */
type Loose<T> = T extends object ? { [K in keyof T]?: Loose<T[K]> } : T;
type AnswerTo<Name extends SslActionName> = Loose<Answer<Awaited<ReturnType<Client[Name]>>>>;

/** Ties an action of the SSL product to the SDK's types, as defineAction does it for CLB. */
export function defineSslAction<Name extends SslActionName>(
  name: Name,
  run: (request: Parameters<Client[Name]>[0], context: ActionContext) => AnswerTo<Name>,
): Action {
  return { name, run: (request, context) => run(request as Parameters<Client[Name]>[0], context) };
}
