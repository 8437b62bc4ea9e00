import { defineAction } from './action.ts';
import { requireLoadBalancer } from './lookup.ts';

export const describeLBOperateProtect = defineAction('DescribeLBOperateProtect', ({ LoadBalancerIds }, context) => ({
  LoadBalancerSet: LoadBalancerIds.map((id) => {
    const { deleteProtect } = requireLoadBalancer(context, id);
    return { LoadBalancerId: id, ProtectState: deleteProtect, OperatorUin: null, Description: null, ModifyTime: null };
  }),
}));
