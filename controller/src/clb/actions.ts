import type * as Models from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { SslActions } from './ssl-actions.ts';
import type { VpcActions } from './vpc-actions.ts';

/** The API actions that we use: what each takes and what it answers. */
interface Actions extends SslActions, VpcActions {
  DescribeLoadBalancers: [Models.DescribeLoadBalancersRequest, Models.DescribeLoadBalancersResponse];
  DescribeListeners: [Models.DescribeListenersRequest, Models.DescribeListenersResponse];
  DescribeTargets: [Models.DescribeTargetsRequest, Models.DescribeTargetsResponse];
  DescribeTargetHealth: [Models.DescribeTargetHealthRequest, Models.DescribeTargetHealthResponse];
  DescribeTaskStatus: [Models.DescribeTaskStatusRequest, Models.DescribeTaskStatusResponse];
  /** The SDK's type of its request is null, which it would send. */
  DescribeQuota: [Record<string, never>, Models.DescribeQuotaResponse];
  DescribeLoadBalancerListByCertId: [
    Models.DescribeLoadBalancerListByCertIdRequest,
    Models.DescribeLoadBalancerListByCertIdResponse,
  ];
  CreateLoadBalancer: [Models.CreateLoadBalancerRequest, Models.CreateLoadBalancerResponse];
  ModifyLoadBalancerAttributes: [
    Models.ModifyLoadBalancerAttributesRequest,
    Models.ModifyLoadBalancerAttributesResponse,
  ];
  SetLoadBalancerSecurityGroups: [
    Models.SetLoadBalancerSecurityGroupsRequest,
    Models.SetLoadBalancerSecurityGroupsResponse,
  ];
  DeleteLoadBalancer: [Models.DeleteLoadBalancerRequest, Models.DeleteLoadBalancerResponse];
  CreateListener: [Models.CreateListenerRequest, Models.CreateListenerResponse];
  ModifyListener: [Models.ModifyListenerRequest, Models.ModifyListenerResponse];
  DeleteListener: [Models.DeleteListenerRequest, Models.DeleteListenerResponse];
  CreateRule: [Models.CreateRuleRequest, Models.CreateRuleResponse];
  ModifyRule: [Models.ModifyRuleRequest, Models.ModifyRuleResponse];
  DeleteRule: [Models.DeleteRuleRequest, Models.DeleteRuleResponse];
  ManualRewrite: [Models.ManualRewriteRequest, Models.ManualRewriteResponse];
  DeleteRewrite: [Models.DeleteRewriteRequest, Models.DeleteRewriteResponse];
  ModifyDomainAttributes: [Models.ModifyDomainAttributesRequest, Models.ModifyDomainAttributesResponse];
  BatchRegisterTargets: [Models.BatchRegisterTargetsRequest, Models.BatchRegisterTargetsResponse];
  BatchDeregisterTargets: [Models.BatchDeregisterTargetsRequest, Models.BatchDeregisterTargetsResponse];
  BatchModifyTargetWeight: [Models.BatchModifyTargetWeightRequest, Models.BatchModifyTargetWeightResponse];
}

export type ActionName = keyof Actions;
export type Request<A extends ActionName> = Actions[A][0];
export type Answer<A extends ActionName> = Nullable<Actions[A][1]>;

/** The SDK's types leave out the nulls that the API's documentation announces. */
export type Nullable<T> = T extends readonly (infer Item)[]
  ? Nullable<Item>[]
  : T extends object
    ? { [Key in keyof T]: Nullable<T[Key]> | null }
    : T;

/** One thing asked of the API; `purpose` completes the sentence "Could not ...". */
export interface Ask<A extends ActionName = ActionName> {
  readonly action: A;
  readonly effect: 'read' | 'write';
  readonly purpose: string;
  readonly request: Request<A>;
  /** A failure that one item of it may be the cause of is not asked again: whoever asks does so for each part. */
  readonly isOnce?: true;
}

/** Asks the API and waits for its answer, whatever that takes; throws a CloudError. */
export type CallClb = <A extends ActionName>(ask: Ask<A>, signal: AbortSignal) => Promise<Answer<A>>;
