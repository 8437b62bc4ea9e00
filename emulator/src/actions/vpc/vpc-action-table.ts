import type { Action } from '../parts/action.ts';
import { createSecurityGroupWithPolicies } from './create-security-group-with-policies.ts';
import { deleteSecurityGroup } from './delete-security-group.ts';
import { describeSecurityGroupPolicies } from './describe-security-group-policies.ts';
import { describeSecurityGroups } from './describe-security-groups.ts';
import { modifySecurityGroupPolicies } from './modify-security-group-policies.ts';

/** The actions of VPC that the emulator knows: security groups that load balancers have. */
export const vpcActionTable: ReadonlyMap<string, Action> = new Map(
  [
    createSecurityGroupWithPolicies,
    deleteSecurityGroup,
    describeSecurityGroupPolicies,
    describeSecurityGroups,
    modifySecurityGroupPolicies,
  ].map((action) => [action.name, action]),
);
