import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { existing } from '../../model/balancer-ref.ts';
import type { Binding } from '../../model/binding.ts';
import type { Owner } from '../../model/owner.ts';
import { passToTargetOf, type BalancerAnnotations } from '../service/new-balancer.ts';
import { securityGroupsOf } from '../service/security-groups.ts';
import type { IngressFacts } from './ingress-facts.ts';

type Annotated = Pick<IngressFacts, 'annotations'>;

export const balancerAnnotations: BalancerAnnotations = { kind: 'Ingress', ...ingressAnnotation };

/** Empty: it names none. */
export function existingId({ annotations }: Annotated): string {
  return annotations[ingressAnnotation.existingLoadBalancer]?.trim() ?? '';
}

/** An Ingress that names no CLB gets one of its own. */
export function balancerOf(ingress: Annotated, owner: Owner): Pick<Binding, 'balancer' | 'balancerSettings'> {
  const id = existingId(ingress);
  if (id !== '') return { balancer: existing(id), balancerSettings: {} };
  const passToTarget = passToTargetOf(ingress, balancerAnnotations);
  const securityGroups = securityGroupsOf(ingress, balancerAnnotations.securityGroups);
  const balancerSettings = {
    ...(passToTarget === undefined ? {} : { passToTarget }),
    ...(securityGroups === undefined ? {} : { securityGroups }),
  };
  return { balancer: { kind: 'owned', owner }, balancerSettings };
}
