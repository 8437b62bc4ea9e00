import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';

/** A CLB in another VPC than the cluster's. It stops nothing: a CLB can be allowed to reach across. */
export function otherVpc(
  { id, vpcId }: Pick<ObservedLoadBalancer, 'id' | 'vpcId'>,
  ourVpcId: string,
): Finding | undefined {
  if (vpcId === '' || vpcId === ourVpcId) return undefined;
  const message =
    `CLB ${id} is in ${safeText(vpcId)}, VPC_ID says ${ourVpcId}: targets of one VPC cannot be bound ` +
    'to a CLB of another unless cross-VPC binding (SnatPro) is on for that CLB ' +
    'and the two are connected; set VPC_ID or use another CLB.';
  return { severity: 'Warning', reason: 'LoadBalancerInOtherVpc', message, repeat: hourly };
}
