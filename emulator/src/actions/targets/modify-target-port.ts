import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { findTarget } from '../../state/store.ts';
import { requirePlace, requireLoadBalancer } from '../parts/lookup.ts';
import { checkAddresses, requireTarget } from '../parts/target-requests.ts';

/** A target is its address and port: with another port it is another target, whose health is not known yet. */
export const modifyTargetPort = defineAction('ModifyTargetPort', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const at = requirePlace(loadBalancer, request.ListenerId, request);
  checkAddresses(request.Targets);
  const bound = request.Targets.map((target) => requireTarget(at, target));
  const ips = bound.map(({ target }) => target.ip);
  const isTwice = (ip: string) => ips.indexOf(ip) !== ips.lastIndexOf(ip);
  const taken = bound.find(({ target: { ip } }) => isTwice(ip) || findTarget(at, ip, request.NewPort));
  if (taken) {
    const message = `Target ${taken.target.ip}:${request.NewPort} would be bound twice.`;
    throw new ApiError('InvalidParameterValue.Duplicate', message);
  }
  const { store } = context;
  startTask(context, [loadBalancer.id], () =>
    bound.forEach((old) => {
      store.unbind(old);
      const { ip, weight, tag, registeredAtMs } = old.target;
      store.bind({ ...old, target: { ip, weight, tag, registeredAtMs, port: request.NewPort, health: 'Unknown' } });
    }),
  );
  return {};
});
