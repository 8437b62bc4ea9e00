import { ApiError } from '../errors/api-error.ts';
import type { Random } from '../runtime/random.ts';

/**
 * The cloud's names of its inner tasks. DelQLBL4ListenerDevice and AddQLBLocation were seen in public reports, the
 * others are formed like them.
 */
const innerNames: Record<string, string> = {
  BatchDeregisterTargets: 'DelQLBL4ListenerDevice',
  DeregisterTargets: 'DelQLBL4ListenerDevice',
  BatchRegisterTargets: 'AddQLBL4ListenerDevice',
  RegisterTargets: 'AddQLBL4ListenerDevice',
  ModifyTargetWeight: 'ModifyQLBL4ListenerDevice',
  BatchModifyTargetWeight: 'ModifyQLBL4ListenerDevice',
  CreateListener: 'AddQLBL4Listener',
  DeleteListener: 'DelQLBL4Listener',
  DeleteLoadBalancerListeners: 'DelQLBL4Listener',
  CreateRule: 'AddQLBLocation',
  DeleteRule: 'DelQLBLocation',
};

/** The refusal of a second write; both texts were seen from the cloud, which of them comes when is not known. */
export function busyError(loadBalancerId: string, action: string, random: Random): ApiError {
  const inner = innerNames[action] ?? action;
  const text =
    random() < 0.5
      ? `Loadbalancer(${loadBalancerId}) is not in normal desState, ` +
        'maybe some tasks are being processed, please try later.'
      : `Your task is working (${inner}). Pls wait for the task to complete and try again.`;
  return new ApiError('FailedOperation.ResourceInOperating', text);
}
