import { defineAction } from '../parts/action.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

export const describeLBOperateProtect = defineAction('DescribeLBOperateProtect', ({ LoadBalancerIds }, context) => ({
  LoadBalancerSet: LoadBalancerIds.map((id) => {
    const { deleteProtect } = requireLoadBalancer(context, id);
    return { LoadBalancerId: id, ProtectState: deleteProtect, OperatorUin: null, Description: null, ModifyTime: null };
  }),
}));
