import type { ClbWrites } from '../../core/model/clb-port.ts';
import { isGone } from '../../core/model/cloud-error.ts';
import { describeOwner } from '../../core/model/owner.ts';
import { malformed } from '../api-failure.ts';
import { toCreateGroupRequest, toSetPoliciesRequest } from '../codec/security-groups.ts';
import { requireIds } from '../guards.ts';
import type { WriteCalls } from './write-calls.ts';

type SecurityGroupWrites = Pick<ClbWrites, 'createSecurityGroup' | 'setSecurityPolicies' | 'deleteSecurityGroup'>;

export function createSecurityGroupWrites(write: WriteCalls): SecurityGroupWrites {
  return {
    async createSecurityGroup(wanted, clusterId, signal) {
      requireIds('CreateSecurityGroupWithPolicies', [clusterId, wanted.owner.uid]);
      const purpose = `make the security group of ${describeOwner(wanted.owner)}`;
      const request = toCreateGroupRequest(wanted, clusterId);
      const ask = { action: 'CreateSecurityGroupWithPolicies', purpose, request } as const;
      const id = (await write.now(ask, signal)).SecurityGroup?.SecurityGroupId ?? '';
      if (id === '') throw write.fail(malformed('SecurityGroupId is missing'), ask);
      return id;
    },
    async setSecurityPolicies(id, policies, signal) {
      requireIds('ModifySecurityGroupPolicies', [id]);
      const [purpose, request] = [`set the policies of ${id}`, toSetPoliciesRequest(id, policies)];
      await write.now({ action: 'ModifySecurityGroupPolicies', purpose, request }, signal);
    },
    async deleteSecurityGroup(id, signal) {
      requireIds('DeleteSecurityGroup', [id]);
      const [purpose, request] = [`delete security group ${id}`, { SecurityGroupId: id }];
      try {
        await write.now({ action: 'DeleteSecurityGroup', purpose, request }, signal);
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
}
