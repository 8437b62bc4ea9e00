import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';
import { toInternet } from '../parts/new-load-balancer.ts';
import { checkBandwidth } from './create-checks.ts';

export const modifyLoadBalancerAttributes = defineAction('ModifyLoadBalancerAttributes', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const { TargetRegionInfo: target } = request;
  if (target && (target.Region !== loadBalancer.region || target.VpcId !== loadBalancer.vpcId)) {
    throw new ApiError('UnsupportedOperation', 'The emulator binds no targets of another region or VPC.');
  }
  checkBandwidth(request.InternetChargeInfo, loadBalancer.slaType);
  const change = {
    name: request.LoadBalancerName ?? loadBalancer.name,
    passToTarget: request.LoadBalancerPassToTarget ?? loadBalancer.passToTarget,
    internet: toInternet(request.InternetChargeInfo, loadBalancer.internet),
    snatPro: request.SnatPro ?? loadBalancer.snatPro,
    deleteProtect: request.DeleteProtect ?? loadBalancer.deleteProtect,
    associateEndpoint: request.AssociateEndpoint ?? loadBalancer.associateEndpoint,
  };
  startTask(context, [loadBalancer.id], () => context.store.changeLoadBalancer(loadBalancer, change));
  return { DealName: null };
});
