import { defineAction } from '../parts/action.ts';
import { changeNow } from '../parts/load-balancer-settings.ts';

export const setSecurityGroupForLoadbalancers = defineAction(
  'SetSecurityGroupForLoadbalancers',
  ({ SecurityGroup, OperationType, LoadBalancerIds }, context) =>
    changeNow(context, LoadBalancerIds, ({ secureGroups }) => {
      const others = secureGroups.filter((id) => id !== SecurityGroup);
      return { secureGroups: OperationType === 'ADD' ? [...others, SecurityGroup] : others };
    }),
);
