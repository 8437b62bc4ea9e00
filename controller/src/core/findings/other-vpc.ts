import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';

/** A CLB of another VPC that is not allowed to reach across. It stops nothing: VPC_ID may be wrong. */
export function otherVpc(
  { id, vpcId, hasSnatPro }: Pick<ObservedLoadBalancer, 'id' | 'vpcId' | 'hasSnatPro'>,
  ourVpcId: string,
): Finding | undefined {
  if (vpcId === '' || vpcId === ourVpcId || hasSnatPro) return undefined;
  const message =
    `CLB ${id} is in ${safeText(vpcId)}, VPC_ID says ${ourVpcId}: targets of one VPC cannot be bound ` +
    'to a CLB of another unless cross-VPC binding (SnatPro) is on for that CLB ' +
    'and the two are connected; set VPC_ID or use another CLB.';
  return { severity: 'Warning', reason: 'LoadBalancerInOtherVpc', message, repeat: hourly };
}
