import type { Problem } from './binding.ts';
import type { LoadBalancer } from './clb-port.ts';

/** A CLB in another VPC than the cluster's. It is told and stops nothing: a CLB can be allowed to reach across. */
export function otherVpcOf({ id, vpcId }: LoadBalancer, ourVpcId: string): Problem | undefined {
  if (vpcId === '' || vpcId === ourVpcId) return undefined;
  const message =
    `CLB ${id} is in ${vpcId}, VPC_ID says ${ourVpcId}: targets of one VPC cannot be bound to a CLB of another ` +
    'unless cross-VPC binding (SnatPro) is on for that CLB and the two are connected; set VPC_ID or use another CLB.';
  return { reason: 'LoadBalancerInOtherVpc', message };
}
