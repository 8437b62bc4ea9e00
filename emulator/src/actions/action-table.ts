import type { Action } from './parts/action.ts';
import { autoRewrite } from './rewrites/auto-rewrite.ts';
import { batchDeregisterTargets } from './targets/batch-deregister-targets.ts';
import { batchModifyTargetTag } from './targets/batch-modify-target-tag.ts';
import { batchModifyTargetWeight } from './targets/batch-modify-target-weight.ts';
import { batchRegisterTargets } from './targets/batch-register-targets.ts';
import { cloneLoadBalancer } from './load-balancers/clone-load-balancer.ts';
import { createListener } from './listeners/create-listener.ts';
import { createLoadBalancerSnatIps } from './load-balancers/create-load-balancer-snat-ips.ts';
import { createLoadBalancer } from './load-balancers/create-load-balancer.ts';
import { createRule } from './rules/create-rule.ts';
import { deleteListener } from './listeners/delete-listener.ts';
import { deleteLoadBalancerListeners } from './listeners/delete-load-balancer-listeners.ts';
import { deleteLoadBalancerSnatIps } from './load-balancers/delete-load-balancer-snat-ips.ts';
import { deleteLoadBalancer } from './load-balancers/delete-load-balancer.ts';
import { deleteRewrite } from './rewrites/delete-rewrite.ts';
import { deleteRule } from './rules/delete-rule.ts';
import { deregisterTargets } from './targets/deregister-targets.ts';
import { describeAsyncJobs } from './tasks/describe-async-jobs.ts';
import { describeIdleLoadBalancers } from './load-balancers/describe-idle-load-balancers.ts';
import { describeLBListeners } from './listeners/describe-lb-listeners.ts';
import { describeLBOperateProtect } from './load-balancers/describe-lb-operate-protect.ts';
import { describeListeners } from './listeners/describe-listeners.ts';
import { describeLoadBalancerListByCertId } from './certificates/describe-load-balancer-list-by-cert-id.ts';
import { describeLoadBalancerOverview } from './load-balancers/describe-load-balancer-overview.ts';
import { describeLoadBalancersDetail } from './load-balancers/describe-load-balancers-detail.ts';
import { describeLoadBalancers } from './load-balancers/describe-load-balancers.ts';
import { describeQuota } from './quotas/describe-quota.ts';
import { describeRewrite } from './rewrites/describe-rewrite.ts';
import { describeTargetHealth } from './targets/describe-target-health.ts';
import { describeTargets } from './targets/describe-targets.ts';
import { describeTaskStatus } from './tasks/describe-task-status.ts';
import { manualRewrite } from './rewrites/manual-rewrite.ts';
import { modifyDomainAttributes } from './rules/modify-domain-attributes.ts';
import { modifyDomain } from './rules/modify-domain.ts';
import { modifyListener } from './listeners/modify-listener.ts';
import { modifyLoadBalancerAttributes } from './load-balancers/modify-load-balancer-attributes.ts';
import { modifyLoadBalancerMixIpTarget } from './load-balancers/modify-load-balancer-mix-ip-target.ts';
import { modifyLoadBalancerSla } from './load-balancers/modify-load-balancer-sla.ts';
import { modifyLoadBalancersProject } from './load-balancers/modify-load-balancers-project.ts';
import { modifyRule } from './rules/modify-rule.ts';
import { modifyTargetPort } from './targets/modify-target-port.ts';
import { modifyTargetWeight } from './targets/modify-target-weight.ts';
import { registerTargets } from './targets/register-targets.ts';
import { replaceCertForLoadBalancers } from './certificates/replace-cert-for-load-balancers.ts';
import { setLoadBalancerSecurityGroups } from './load-balancers/set-load-balancer-security-groups.ts';
import { setLoadBalancerStartStatus } from './load-balancers/set-load-balancer-start-status.ts';
import { setSecurityGroupForLoadbalancers } from './load-balancers/set-security-group-for-loadbalancers.ts';

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
