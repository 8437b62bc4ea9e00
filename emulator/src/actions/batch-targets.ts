import type { BatchTarget } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { Listener, LoadBalancer } from '../state/model.ts';
import { fields, listOf, targetFields, text } from './fields.ts';

/** BatchRegisterTargets and BatchDeregisterTargets take the same request. */
export const batchTargetsSchema = fields(
  {
    LoadBalancerId: text(),
    Targets: listOf(
      fields({ ListenerId: text(), LocationId: text(), ...targetFields }, ['ListenerId', 'Port']),
      500,
      1,
    ),
  },
  ['LoadBalancerId', 'Targets'],
);

/** The targets of one listener of a batch. */
export interface Share {
  listenerId: string;
  targets: BatchTarget[];
}

/** A batch succeeds or fails by listener: this is where it is taken apart. */
export function sharesByListener(targets: BatchTarget[]): Share[] {
  const shares = Map.groupBy(targets, (target) => target.ListenerId);
  return [...shares].map(([listenerId, own]) => ({ listenerId, targets: own }));
}

/** Applies each share whole or not at all; `apply` answers why it cannot be, having changed nothing. */
export function applyShares(
  loadBalancer: LoadBalancer,
  shares: Share[],
  apply: (listener: Listener, targets: BatchTarget[]) => string | undefined,
) {
  const failures = shares.flatMap(({ listenerId, targets }) => {
    const listener = loadBalancer.listeners.find((one) => one.id === listenerId);
    const why = listener ? apply(listener, targets) : `Listener ${listenerId} not found.`;
    return why === undefined ? [] : [{ listenerId, why }];
  });
  return {
    FailListenerIdSet: failures.map(({ listenerId }) => listenerId),
    Message: failures.map(({ why }) => why).join(' '),
  };
}
