import type { Action, ActionContext, Answer } from './action.ts';

/** Only what the emulator knows: the rest is filled in. */
type Loose<T> = T extends object ? { [K in keyof T]?: Loose<T[K]> } : T;

/** A client of Tencent's SDK, as far as these actions are concerned. */
type ClientOf<Name extends string> = Readonly<Record<Name, (request: never) => Promise<object>>>;
type RequestOf<Client extends ClientOf<Name>, Name extends string> = Parameters<Client[Name]>[0];
type AnswerTo<Client extends ClientOf<Name>, Name extends string> = Loose<Answer<Awaited<ReturnType<Client[Name]>>>>;

/** Ties actions of a product beside CLB to the SDK's types, as defineAction does it for CLB. */
export function definerFor<Client extends ClientOf<Names>, Names extends string>() {
  return <Name extends Names>(
    name: Name,
    run: (request: RequestOf<Client, Name>, context: ActionContext) => AnswerTo<Client, Name>,
  ): Action => ({ name, run: (request, context) => run(request as RequestOf<Client, Name>, context) });
}
