import { isBatchOfTargets } from '../../definitions/action-kinds.ts';
import { defineFault, type FaultBase, type Work } from '../definition/fault.ts';
import { text } from '../definition/fields.ts';

export interface PartialFailure extends FaultBase {
  kind: 'partial-failure';
  message?: string;
}

interface Member {
  ListenerId: string;
  EniIp?: string;
  Port: number;
}
interface BatchAnswer {
  FailListenerIdSet?: string[];
  Message?: string;
}

/** The listeners that fail: those that were selected, or the first of the batch. */
function failing({ listenerId, ip, port }: PartialFailure, members: readonly Member[]): Set<string> {
  const isAnybody = listenerId === undefined && ip === undefined && port === undefined;
  const chosen = members.filter(
    (member) =>
      (listenerId ?? member.ListenerId) === member.ListenerId &&
      (ip ?? member.EniIp) === member.EniIp &&
      (port ?? member.Port) === member.Port,
  );
  return new Set((isAnybody ? chosen.slice(0, 1) : chosen).map(({ ListenerId }) => ListenerId));
}

async function fail(fault: PartialFailure, { body, context }: Work, next: (work: Work) => Promise<object>) {
  // The request has been checked against its definition.
  const batch = body as { Targets: Member[] };
  const fails = failing(fault, batch.Targets);
  const rest = batch.Targets.filter(({ ListenerId }) => !fails.has(ListenerId));
  const answer: BatchAnswer = rest.length > 0 ? await next({ body: { ...batch, Targets: rest }, context }) : {};
  const { FailListenerIdSet = [], Message = '' } = answer;
  const message = fault.message ?? 'An injected fault.';
  return { ...answer, FailListenerIdSet: [...fails, ...FailListenerIdSet], Message: `${message} ${Message}`.trim() };
}

export const partialFailure = defineFault<PartialFailure>('partial-failure', {
  about: 'a batch fails for the listeners that are selected, or for its first one, and succeeds for the others',
  selects: ['action', 'loadBalancerId', 'listenerId', 'ip', 'port'],
  fields: { message: text('a sentence') },
  concerns: isBatchOfTargets,
  make: (fault) => ({ work: (work, next) => fail(fault, work, next) }),
});
