import { defineAction } from '../parts/action.ts';
import { regionalLoadBalancers } from '../parts/lookup.ts';

/** Only the counts of load balancers have a current value; of the others the cloud sends null. */
export const describeQuota = defineAction('DescribeQuota', (_request, context) => {
  const { quotas } = context;
  const all = regionalLoadBalancers(context);
  const count = (type: string) => all.filter((it) => it.type === type).length;
  const rows: [id: string, current: number | null, limit: number][] = [
    ['TOTAL_OPEN_CLB_QUOTA', count('OPEN'), quotas.openLoadBalancers],
    ['TOTAL_INTERNAL_CLB_QUOTA', count('INTERNAL'), quotas.internalLoadBalancers],
    ['TOTAL_LISTENER_QUOTA', null, quotas.listenersPerLoadBalancer],
    ['TOTAL_LISTENER_RULE_QUOTA', null, quotas.rulesPerListener],
    ['TOTAL_TARGET_BIND_QUOTA', null, quotas.targetsPerListener],
    ['TOTAL_SNAT_IP_QUOTA', null, quotas.snatIps],
    ['TOTAL_ISP_CLB_QUOTA', null, 3],
    ['TOTAL_FULL_PORT_RANGE_LISTENER_QUOTA', null, 1],
  ];
  return {
    QuotaSet: rows.map(([QuotaId, QuotaCurrent, QuotaLimit]) => ({ QuotaId, QuotaCurrent, QuotaLimit })),
  };
});
