import type { Action } from './action.ts';
import { batchDeregisterTargets } from './batch-deregister-targets.ts';
import { batchModifyTargetWeight } from './batch-modify-target-weight.ts';
import { batchRegisterTargets } from './batch-register-targets.ts';
import { createListener } from './create-listener.ts';
import { createLoadBalancer } from './create-load-balancer.ts';
import { deleteListener } from './delete-listener.ts';
import { describeListeners } from './describe-listeners.ts';
import { describeLoadBalancers } from './describe-load-balancers.ts';
import { describeTargetHealth } from './describe-target-health.ts';
import { describeTargets } from './describe-targets.ts';
import { describeTaskStatus } from './describe-task-status.ts';
import { modifyTargetWeight } from './modify-target-weight.ts';

/** Every action that the emulator knows, by its name in the API. */
export const actionTable: ReadonlyMap<string, Action> = new Map(
  [
    batchDeregisterTargets,
    batchModifyTargetWeight,
    batchRegisterTargets,
    createListener,
    createLoadBalancer,
    deleteListener,
    describeListeners,
    describeLoadBalancers,
    describeTargetHealth,
    describeTargets,
    describeTaskStatus,
    modifyTargetWeight,
  ].map((action) => [action.name, action]),
);
