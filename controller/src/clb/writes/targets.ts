import type { ClbWrites, StepRefusal } from '../../core/model/clb-port.ts';
import type { StepOf } from '../../core/model/step.ts';
import type { TargetRef } from '../../core/model/target.ts';
import { toDeregisterCalls, toRefusals, toRegisterCalls } from '../codec/target-requests.ts';
import { toWeightRequests } from '../codec/weight-requests.ts';
import { requireIds } from '../guards.ts';
import type { WriteCalls } from './write-calls.ts';

type TargetWrites = Pick<ClbWrites, 'register' | 'deregister' | 'setWeight'>;

export function createTargetWrites(write: WriteCalls): TargetWrites {
  return {
    async register(id, steps, signal) {
      const action = 'BatchRegisterTargets';
      requireIds(action, idsOf(id, steps));
      const purpose = `register targets on ${id}`;
      const refusals: StepRefusal<StepOf<'register'>>[] = [];
      for (const { request, steps: some } of toRegisterCalls(id, steps)) {
        refusals.push(...toRefusals(action, await write.now({ action, purpose, request }, signal), some));
      }
      return refusals;
    },
    async deregister(id, steps, signal) {
      const action = 'BatchDeregisterTargets';
      requireIds(action, idsOf(id, steps));
      const purpose = `take targets off ${id}`;
      const refusals: StepRefusal<StepOf<'deregister'>>[] = [];
      for (const { request, steps: some } of toDeregisterCalls(id, steps)) {
        refusals.push(...toRefusals(action, await write.now({ action, purpose, request }, signal), some));
      }
      return refusals;
    },
    async setWeight(id, steps, signal) {
      requireIds('BatchModifyTargetWeight', idsOf(id, steps));
      for (const request of toWeightRequests(id, steps)) {
        const weights = new Set(request.ModifyList.map(({ Weight }) => Weight));
        const purpose = `set the weight of targets on ${id} to ${[...weights].join(' and ')}`;
        await write.untilDone({ action: 'BatchModifyTargetWeight', purpose, request }, signal);
      }
    },
  };
}

/** Every id that a call would name. */
function idsOf(id: string, steps: readonly { readonly target: TargetRef }[]): string[] {
  const named = steps.flatMap(({ target: { listenerId, locationId, ip, instanceId } }) =>
    [listenerId, locationId, ip, instanceId].filter((one) => one !== undefined),
  );
  return [id, ...named];
}
