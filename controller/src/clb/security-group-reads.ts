import type { ClbReads } from '../core/model/clb-port.ts';
import { isGone } from '../core/model/cloud-error.ts';
import { tagKey } from '../core/model/owned-balancer.ts';
import type { StandingGroup } from '../core/model/security-group.ts';
import { toTaggedBalancers } from './codec/load-balancers.ts';
import { toContent, toStanding } from './codec/security-groups.ts';
import { requireIds } from './guards.ts';
import type { Read } from './read.ts';

type SecurityGroupReads = Pick<ClbReads, 'listSecurityGroups' | 'describeSecurityPolicies' | 'isSecurityGroupUsed'>;

/** What one call may ask for (the SDK's models). */
const mostOfPage = 100;

export function createSecurityGroupReads(read: Read): SecurityGroupReads {
  return {
    async listSecurityGroups(clusterId, signal) {
      requireIds('DescribeSecurityGroups', [clusterId]);
      const Filters = [{ Name: `tag:${tagKey.cluster}`, Values: [clusterId] }];
      const purpose = 'list the security groups of this cluster';
      const all = new Map<string, StandingGroup>();
      for (let offset = 0; ; offset += mostOfPage) {
        const request = { Filters, Offset: String(offset), Limit: String(mostOfPage) };
        const page = await read({ action: 'DescribeSecurityGroups', purpose, request }, (answer) => answer, signal);
        for (const one of toStanding(page, clusterId)) all.set(one.id, one);
        if ((page.SecurityGroupSet ?? []).length < mostOfPage) return [...all.values()];
      }
    },
    async describeSecurityPolicies(id, signal) {
      requireIds('DescribeSecurityGroupPolicies', [id]);
      const [purpose, request] = [`read the policies of ${id}`, { SecurityGroupId: id }];
      try {
        return await read({ action: 'DescribeSecurityGroupPolicies', purpose, request }, toContent, signal);
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
    async isSecurityGroupUsed(id, signal) {
      requireIds('DescribeLoadBalancers', [id]);
      const [purpose, request] = [`find the CLBs with security group ${id}`, { SecurityGroup: id, Limit: 1 }];
      const found = await read({ action: 'DescribeLoadBalancers', purpose, request }, toTaggedBalancers, signal);
      return found.length > 0;
    },
  };
}
