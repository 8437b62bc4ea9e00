import { defineAction } from './action.ts';
import { showsCertificate } from './certificates.ts';
import { describeLoadBalancer } from './describe-load-balancer.ts';
import { regionalLoadBalancers } from './lookup.ts';

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
