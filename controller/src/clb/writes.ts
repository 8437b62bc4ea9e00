import {
  CloudError,
  type ClbPort,
  type ListenerRefusal,
  type ListenerSpec,
  type Refusal,
  type TargetRef,
} from '../core/clb-port.ts';
import type { ActionName, Answer, Ask } from './actions.ts';
import { requireIds } from './guards.ts';
import {
  toCreateRequests,
  toDeregisterRequests,
  toRefusals,
  toRegisterRequests,
  toWeightRequests,
} from './write-codec.ts';

type Writes = Pick<ClbPort, 'createListeners' | 'deleteListener' | 'register' | 'deregister' | 'setWeight'>;

export interface WriteCalls {
  /** For what is done when the API answers. */
  now<A extends ActionName>(ask: Omit<Ask<A>, 'effect'>, signal: AbortSignal): Promise<Answer<A>>;
  /** For what is only accepted when the API answers: returns when it is done. */
  untilDone<A extends ActionName>(ask: Omit<Ask<A>, 'effect'>, signal: AbortSignal): Promise<void>;
}

/** A CLB takes one write at a time, so the calls of one list go out one after another. */
export function createWrites(write: WriteCalls): Writes {
  return {
    async createListeners(id, specs, signal) {
      requireIds('CreateListener', [id]);
      const refusals: ListenerRefusal[] = [];
      for (const { request, specs: some } of toCreateRequests(id, specs)) {
        const purpose = `create ${portsOf(some)} on ${id}`;
        try {
          await write.untilDone({ action: 'CreateListener', purpose, request }, signal);
        } catch (error) {
          if (!isAnswer(error)) throw error;
          refusals.push({ specs: some, cause: error });
        }
      }
      return refusals;
    },
    async deleteListener(id, listenerId, signal) {
      requireIds('DeleteListener', [id, listenerId]);
      const request = { LoadBalancerId: id, ListenerId: listenerId };
      await write.untilDone({ action: 'DeleteListener', purpose: `delete ${listenerId} of ${id}`, request }, signal);
    },
    async register(id, targets, signal) {
      requireIds('BatchRegisterTargets', idsOf(id, targets));
      const purpose = `register targets on ${id}`;
      const refusals: Refusal[] = [];
      for (const request of toRegisterRequests(id, targets)) {
        refusals.push(...toRefusals(await write.now({ action: 'BatchRegisterTargets', purpose, request }, signal)));
      }
      return refusals;
    },
    async deregister(id, targets, signal) {
      requireIds('BatchDeregisterTargets', idsOf(id, targets));
      const purpose = `take targets off ${id}`;
      const refusals: Refusal[] = [];
      for (const request of toDeregisterRequests(id, targets)) {
        refusals.push(...toRefusals(await write.now({ action: 'BatchDeregisterTargets', purpose, request }, signal)));
      }
      return refusals;
    },
    async setWeight(id, targets, weight, signal) {
      requireIds('BatchModifyTargetWeight', idsOf(id, targets));
      const purpose = `set the weight of targets on ${id} to ${weight}`;
      for (const request of toWeightRequests(id, targets, weight)) {
        await write.untilDone({ action: 'BatchModifyTargetWeight', purpose, request }, signal);
      }
    },
  };
}

/** The cloud took this very call up and did not do it, so that another one may well be done. */
function isAnswer(error: unknown): error is CloudError {
  if (!(error instanceof CloudError)) return false;
  const mayPass = error.kind === 'transient' && error.requestId !== undefined;
  return mayPass || error.kind === 'refused' || error.kind === 'quota';
}

function idsOf(id: string, targets: readonly TargetRef[]): string[] {
  return [id, ...targets.flatMap(({ listenerId, ip }) => [listenerId, ip])];
}

function portsOf(specs: readonly ListenerSpec[]): string {
  const ports = specs.map(({ protocol, port }) => `${protocol} ${port}`).join(', ');
  return specs.length === 1 ? `a listener for ${ports}` : `listeners for ${ports}`;
}
