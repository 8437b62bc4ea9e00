import { ApiError } from '../../errors/api-error.ts';
import type { LoadBalancer } from '../../state/model.ts';
import { targetsOf } from '../../state/place.ts';
import { defineAction, type ActionContext } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

/** From how many targets on a load balancer is not deleted without ForceDelete (DeleteLoadBalancer's documentation). */
const manyTargets = 20;
const windowMs = 5 * 60_000;

function checkTargets(loadBalancer: LoadBalancer): void {
  const { id } = loadBalancer;
  const count = targetsOf(loadBalancer).length;
  if (count < manyTargets) return;
  throw new ApiError('FailedOperation.TargetNumCheckRisk', `${id} has ${count} targets: ForceDelete is needed.`);
}

/** How often load balancers are deleted; ForceDelete does not help here. */
function checkFrequency({ store, clock, quotas, region }: ActionContext, count: number): void {
  const since = clock.now() - windowMs;
  const recent = store.deletions.filter((it) => it.region === region && it.atMs > since).length;
  if (recent + count <= quotas.deletionsPerFiveMinutes) return;
  const message = `${recent} load balancers of ${region} were deleted in the last five minutes: wait.`;
  throw new ApiError('FailedOperation.FrequencyCheckRisk', message);
}

export const deleteLoadBalancer = defineAction('DeleteLoadBalancer', ({ LoadBalancerIds, ForceDelete }, context) => {
  const { store, clock, region } = context;
  const doomed = [...new Set(LoadBalancerIds)].map((id) => requireLoadBalancer(context, id));
  for (const loadBalancer of doomed) {
    if (loadBalancer.deleteProtect) {
      throw new ApiError('OperationDenied', `${loadBalancer.id} is protected from deletion.`);
    }
    if (ForceDelete !== true) checkTargets(loadBalancer);
  }
  checkFrequency(context, doomed.length);
  startTask(
    context,
    doomed.map(({ id }) => id),
    () => doomed.forEach((it) => store.removeLoadBalancer(it)),
  );
  doomed.forEach(() => store.deletions.push({ region, atMs: clock.now() }));
  return {};
});
