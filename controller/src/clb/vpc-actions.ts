import type * as Models from 'tencentcloud-sdk-nodejs/tencentcloud/services/vpc/v20170312/vpc_models.js';

/** The actions of VPC that we use, about security groups, as those of CLB in actions.ts. */
export interface VpcActions {
  DescribeSecurityGroups: [Models.DescribeSecurityGroupsRequest, Models.DescribeSecurityGroupsResponse];
  DescribeSecurityGroupPolicies: [
    Models.DescribeSecurityGroupPoliciesRequest,
    Models.DescribeSecurityGroupPoliciesResponse,
  ];
  CreateSecurityGroupWithPolicies: [
    Models.CreateSecurityGroupWithPoliciesRequest,
    Models.CreateSecurityGroupWithPoliciesResponse,
  ];
  ModifySecurityGroupPolicies: [Models.ModifySecurityGroupPoliciesRequest, Models.ModifySecurityGroupPoliciesResponse];
  DeleteSecurityGroup: [Models.DeleteSecurityGroupRequest, Models.DeleteSecurityGroupResponse];
}

export const vpcActions: ReadonlySet<string> = new Set<keyof VpcActions>([
  'DescribeSecurityGroups',
  'DescribeSecurityGroupPolicies',
  'CreateSecurityGroupWithPolicies',
  'ModifySecurityGroupPolicies',
  'DeleteSecurityGroup',
]);
