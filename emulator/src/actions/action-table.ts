import type { Action } from './action.ts';
import { autoRewrite } from './auto-rewrite.ts';
import { batchDeregisterTargets } from './batch-deregister-targets.ts';
import { batchModifyTargetTag } from './batch-modify-target-tag.ts';
import { batchModifyTargetWeight } from './batch-modify-target-weight.ts';
import { batchRegisterTargets } from './batch-register-targets.ts';
import { cloneLoadBalancer } from './clone-load-balancer.ts';
import { createListener } from './create-listener.ts';
import { createLoadBalancerSnatIps } from './create-load-balancer-snat-ips.ts';
import { createLoadBalancer } from './create-load-balancer.ts';
import { createRule } from './create-rule.ts';
import { deleteListener } from './delete-listener.ts';
import { deleteLoadBalancerListeners } from './delete-load-balancer-listeners.ts';
import { deleteLoadBalancerSnatIps } from './delete-load-balancer-snat-ips.ts';
import { deleteLoadBalancer } from './delete-load-balancer.ts';
import { deleteRewrite } from './delete-rewrite.ts';
import { deleteRule } from './delete-rule.ts';
import { deregisterTargets } from './deregister-targets.ts';
import { describeAsyncJobs } from './describe-async-jobs.ts';
import { describeIdleLoadBalancers } from './describe-idle-load-balancers.ts';
import { describeLBListeners } from './describe-lb-listeners.ts';
import { describeLBOperateProtect } from './describe-lb-operate-protect.ts';
import { describeListeners } from './describe-listeners.ts';
import { describeLoadBalancerListByCertId } from './describe-load-balancer-list-by-cert-id.ts';
import { describeLoadBalancerOverview } from './describe-load-balancer-overview.ts';
import { describeLoadBalancersDetail } from './describe-load-balancers-detail.ts';
import { describeLoadBalancers } from './describe-load-balancers.ts';
import { describeQuota } from './describe-quota.ts';
import { describeRewrite } from './describe-rewrite.ts';
import { describeTargetHealth } from './describe-target-health.ts';
import { describeTargets } from './describe-targets.ts';
import { describeTaskStatus } from './describe-task-status.ts';
import { manualRewrite } from './manual-rewrite.ts';
import { modifyDomainAttributes } from './modify-domain-attributes.ts';
import { modifyDomain } from './modify-domain.ts';
import { modifyListener } from './modify-listener.ts';
import { modifyLoadBalancerAttributes } from './modify-load-balancer-attributes.ts';
import { modifyLoadBalancerMixIpTarget } from './modify-load-balancer-mix-ip-target.ts';
import { modifyLoadBalancerSla } from './modify-load-balancer-sla.ts';
import { modifyLoadBalancersProject } from './modify-load-balancers-project.ts';
import { modifyRule } from './modify-rule.ts';
import { modifyTargetPort } from './modify-target-port.ts';
import { modifyTargetWeight } from './modify-target-weight.ts';
import { registerTargets } from './register-targets.ts';
import { replaceCertForLoadBalancers } from './replace-cert-for-load-balancers.ts';
import { setLoadBalancerSecurityGroups } from './set-load-balancer-security-groups.ts';
import { setLoadBalancerStartStatus } from './set-load-balancer-start-status.ts';
import { setSecurityGroupForLoadbalancers } from './set-security-group-for-loadbalancers.ts';

/** Every action of CLB that the emulator knows, by its name in the API. */
export const actionTable: ReadonlyMap<string, Action> = new Map(
  [
    autoRewrite,
    batchDeregisterTargets,
    batchModifyTargetTag,
    batchModifyTargetWeight,
    batchRegisterTargets,
    cloneLoadBalancer,
    createListener,
    createLoadBalancerSnatIps,
    createLoadBalancer,
    createRule,
    deleteListener,
    deleteLoadBalancerListeners,
    deleteLoadBalancerSnatIps,
    deleteLoadBalancer,
    deleteRewrite,
    deleteRule,
    deregisterTargets,
    describeAsyncJobs,
    describeIdleLoadBalancers,
    describeLBListeners,
    describeLBOperateProtect,
    describeListeners,
    describeLoadBalancerListByCertId,
    describeLoadBalancerOverview,
    describeLoadBalancersDetail,
    describeLoadBalancers,
    describeQuota,
    describeRewrite,
    describeTargetHealth,
    describeTargets,
    describeTaskStatus,
    manualRewrite,
    modifyDomainAttributes,
    modifyDomain,
    modifyListener,
    modifyLoadBalancerAttributes,
    modifyLoadBalancerMixIpTarget,
    modifyLoadBalancerSla,
    modifyLoadBalancersProject,
    modifyRule,
    modifyTargetPort,
    modifyTargetWeight,
    registerTargets,
    replaceCertForLoadBalancers,
    setLoadBalancerSecurityGroups,
    setLoadBalancerStartStatus,
    setSecurityGroupForLoadbalancers,
  ].map((action) => [action.name, action]),
);
