import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { describeStep } from '../core/model/step.ts';
import type { Applied } from './apply.ts';

const mostSteps = 20;

/** One line for each change of a CLB: how many steps of each kind were done, and which, with why. */
export function logApplied(log: Log, balancerId: string, { done, refused, failures }: Applied, withheld = 0): void {
  const counts = Object.fromEntries(
    [...Map.groupBy(done, ({ kind }) => kind)].map(([kind, steps]) => [kind, steps.length]),
  );
  const failed = { refused: refused.length, failures: failures.length, withheld };
  const steps = done.slice(0, mostSteps).map(describeStep);
  log.info({ loadBalancer: balancerId, counts, steps, ...failed }, 'changed the load balancer');
}
