import { checkQuota } from '../../limits/quotas.ts';
import { drawLetters } from '../../runtime/random.ts';
import { defineVpcAction } from './define-vpc-action.ts';
import { groupOf } from './describe-security-groups.ts';
import { rulesOf } from './policies.ts';

/** A new group lets nobody in but whom its policies accept. */
export const createSecurityGroupWithPolicies = defineVpcAction(
  'CreateSecurityGroupWithPolicies',
  (request, context) => {
    const { store, quotas, region, clock, random } = context;
    const own = [...store.madeSecurityGroups.values()].filter((one) => one.region === region);
    checkQuota('security groups', own.length, 1, quotas.securityGroups);
    const rules = rulesOf(request.SecurityGroupPolicySet ?? {}, context);
    const id = `sg-${drawLetters(8, random)}`;
    const tags = (request.Tags ?? []).map(({ Key, Value = '' }) => ({ Key, Value }));
    const { GroupName: name, GroupDescription: description } = request;
    store.setSecurityGroup(id, rules);
    store.madeSecurityGroups.set(id, { region, name, description, tags, createdAtMs: clock.now(), version: 1 });
    return { SecurityGroup: groupOf(id, store) };
  },
);
