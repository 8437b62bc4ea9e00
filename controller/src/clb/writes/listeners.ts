import type { ClbWrites } from '../../core/model/clb-port.ts';
import { certificateIds } from '../codec/certificates.ts';
import { toCreateListenerCalls, toModifyListenerRequest } from '../codec/listener-requests.ts';
import { requireIds } from '../guards.ts';
import { nameOf, namesOf } from './purpose.ts';
import { sendEach, type WriteCalls } from './write-calls.ts';

type ListenerWrites = Pick<ClbWrites, 'createListeners' | 'modifyListener' | 'deleteListener'>;

export function createListenerWrites(write: WriteCalls): ListenerWrites {
  return {
    async createListeners(id, steps, signal) {
      requireIds('CreateListener', [id, ...steps.flatMap(({ settings }) => certificateIds(settings.certificates))]);
      return sendEach(toCreateListenerCalls(id, steps), ({ request, steps: some }) => {
        const purpose = `create ${namesOf('listener', some)} on ${id}`;
        return write.untilDone({ action: 'CreateListener', purpose, request }, signal);
      });
    },
    async modifyListener(id, step, signal) {
      requireIds('ModifyListener', [id, step.listenerId]);
      const purpose = `change the listener for ${nameOf(step.place)} on ${id}`;
      const request = toModifyListenerRequest(id, step);
      await write.untilDone({ action: 'ModifyListener', purpose, request }, signal);
    },
    async deleteListener(id, listenerId, signal) {
      requireIds('DeleteListener', [id, listenerId]);
      const request = { LoadBalancerId: id, ListenerId: listenerId };
      await write.untilDone({ action: 'DeleteListener', purpose: `delete ${listenerId} of ${id}`, request }, signal);
    },
  };
}
