/** The actions of CLB (2018-03-17) whose definitions are taken from the SDK: those that the emulator has. */
export const clbActions = [
  'AutoRewrite',
  'BatchDeregisterTargets',
  'BatchModifyTargetTag',
  'BatchModifyTargetWeight',
  'BatchRegisterTargets',
  'CloneLoadBalancer',
  'CreateListener',
  'CreateLoadBalancer',
  'CreateLoadBalancerSnatIps',
  'CreateRule',
  'DeleteListener',
  'DeleteLoadBalancer',
  'DeleteLoadBalancerListeners',
  'DeleteLoadBalancerSnatIps',
  'DeleteRewrite',
  'DeleteRule',
  'DeregisterTargets',
  'DescribeAsyncJobs',
  'DescribeIdleLoadBalancers',
  'DescribeLBListeners',
  'DescribeLBOperateProtect',
  'DescribeListeners',
  'DescribeLoadBalancerListByCertId',
  'DescribeLoadBalancerOverview',
  'DescribeLoadBalancers',
  'DescribeLoadBalancersDetail',
  'DescribeQuota',
  'DescribeRewrite',
  'DescribeTargetHealth',
  'DescribeTargets',
  'DescribeTaskStatus',
  'ManualRewrite',
  'ModifyDomain',
  'ModifyDomainAttributes',
  'ModifyListener',
  'ModifyLoadBalancerAttributes',
  'ModifyLoadBalancerMixIpTarget',
  'ModifyLoadBalancerSla',
  'ModifyLoadBalancersProject',
  'ModifyRule',
  'ModifyTargetPort',
  'ModifyTargetWeight',
  'RegisterTargets',
  'ReplaceCertForLoadBalancers',
  'SetLoadBalancerSecurityGroups',
  'SetLoadBalancerStartStatus',
  'SetSecurityGroupForLoadbalancers',
] as const;

/** The actions of the SSL product (2019-12-05) that the emulator has. */
export const sslActions = ['DeleteCertificate', 'DescribeCertificates', 'UploadCertificate'] as const;

/** The actions of VPC (2017-03-12) that the emulator has: security groups. */
export const vpcActions = [
  'CreateSecurityGroupWithPolicies',
  'DeleteSecurityGroup',
  'DescribeSecurityGroupPolicies',
  'DescribeSecurityGroups',
  'ModifySecurityGroupPolicies',
] as const;

/** The actions of STS (2018-08-13) that the emulator has. */
export const stsActions = ['AssumeRoleWithWebIdentity'] as const;
