import { ApiError } from '../../errors/api-error.ts';
import { defineVpcAction } from './define-vpc-action.ts';
import { requireGroup } from './policies.ts';

/** Not one that a load balancer has. */
export const deleteSecurityGroup = defineVpcAction('DeleteSecurityGroup', ({ SecurityGroupId: id }, context) => {
  const { store } = context;
  requireGroup(id, context);
  const user = [...store.loadBalancers.values()].find(({ secureGroups }) => secureGroups.includes(id));
  if (user) throw new ApiError('ResourceInUse', `The security group ${id} is bound to ${user.id}.`);
  store.setSecurityGroup(id, undefined);
  return {};
});
