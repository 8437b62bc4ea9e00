import { defineAction } from '../parts/action.ts';
import { showsCertificate } from '../parts/certificates.ts';
import { describeLoadBalancer } from '../parts/load-balancer-answer.ts';
import { regionalLoadBalancers } from '../parts/lookup.ts';

export const describeLoadBalancerListByCertId = defineAction(
  'DescribeLoadBalancerListByCertId',
  ({ CertIds }, context) => ({
    CertSet: CertIds.map((id) => ({
      CertId: id,
      LoadBalancers: regionalLoadBalancers(context)
        .filter((it) => showsCertificate(it, id))
        .map((it) => describeLoadBalancer(it)),
    })),
  }),
);
