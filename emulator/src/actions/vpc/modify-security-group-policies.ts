import { ApiError } from '../../errors/api-error.ts';
import { defineVpcAction } from './define-vpc-action.ts';
import { requireGroup, rulesOf } from './policies.ts';

/** Replaces all policies at once. A request with Version 0 removes all, whatever else it says. */
export const modifySecurityGroupPolicies = defineVpcAction('ModifySecurityGroupPolicies', (request, context) => {
  const { SecurityGroupId: id, SecurityGroupPolicySet: set } = request;
  const { version } = requireGroup(id, context);
  const { Version: expected = '', Ingress, Egress } = set;
  if (expected !== '' && expected !== '0' && expected !== String(version)) {
    throw new ApiError('UnsupportedOperation.VersionMismatch', `The version of ${id} is ${version}, not ${expected}.`);
  }
  if (expected !== '0' && (Ingress === undefined || Egress === undefined)) {
    throw new ApiError('InvalidParameterValue', 'SecurityGroupPolicySet must have both Ingress and Egress.');
  }
  context.store.setSecurityGroup(id, expected === '0' ? [] : rulesOf(set, context));
  return {};
});
