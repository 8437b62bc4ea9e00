import { defineVpcAction } from './define-vpc-action.ts';
import { policySetOf, requireGroup } from './policies.ts';

/** All of them; filters are not emulated. */
export const describeSecurityGroupPolicies = defineVpcAction('DescribeSecurityGroupPolicies', (request, context) => {
  const { SecurityGroupId: id } = request;
  const { version } = requireGroup(id, context);
  return { SecurityGroupPolicySet: policySetOf(context.store.securityGroups.get(id) ?? [], version) };
});
