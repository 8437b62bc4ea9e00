import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { existing } from '../../model/balancer-ref.ts';
import type { Binding } from '../../model/binding.ts';
import type { Owner } from '../../model/owner.ts';
import { annotationWithoutEffect } from '../service/annotation-without-effect.ts';
import { malformedAnnotation } from '../service/malformed-annotation.ts';
import { passToTargetOf, type BalancerAnnotations } from '../service/new-balancer.ts';
import { securityGroupsOf } from '../service/security-groups.ts';
import { adoptionOf } from './adopt.ts';
import type { IngressFacts } from './ingress-facts.ts';

type Annotated = Pick<IngressFacts, 'annotations'>;

export const balancerAnnotations: BalancerAnnotations = { kind: 'Ingress', ...ingressAnnotation };

/** Empty: it names none. One that it takes over from TKE is named too. */
export function existingId({ annotations }: Annotated): string {
  const named = annotations[ingressAnnotation.existingLoadBalancer]?.trim() ?? '';
  return named === '' ? (adoptionOf({ annotations })?.balancerId ?? '') : named;
}

/** An Ingress that names no CLB gets one of its own. */
export function balancerOf(
  ingress: Annotated,
  owner: Owner,
): Pick<Binding, 'balancer' | 'balancerSettings' | 'adoption'> {
  const [id, asked] = [existingId(ingress), adoptionOf(ingress)];
  if (id !== '') {
    const adoption = asked === undefined ? {} : { adoption: asked.adoption };
    return { balancer: existing(id), balancerSettings: {}, ...adoption };
  }
  const passToTarget = passToTargetOf(ingress, balancerAnnotations);
  const securityGroups = securityGroupsOf(ingress, balancerAnnotations.securityGroups);
  const protects = protectionOf(ingress);
  const balancerSettings = {
    ...(protects === undefined ? {} : { deleteProtect: protects }),
    ...(passToTarget === undefined ? {} : { passToTarget }),
    ...(securityGroups === undefined ? {} : { securityGroups }),
  };
  return { balancer: { kind: 'owned', owner }, balancerSettings };
}

function protectionOf({ annotations }: Annotated): boolean | undefined {
  const text = annotations[ingressAnnotation.deletionProtection]?.trim();
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

export function protectionFindings(ingress: Annotated): readonly Finding[] {
  const name = ingressAnnotation.deletionProtection;
  const text = ingress.annotations[name]?.trim() ?? '';
  if (text === '') return [];
  if (protectionOf(ingress) === undefined) {
    return [malformedAnnotation(`Annotation ${name} is "${safeText(text)}"; write "true" or "false".`)];
  }
  if (existingId(ingress) === '' || text === 'false') return [];
  return [annotationWithoutEffect(`Annotation ${name} has no effect on an existing CLB; protect it in its console.`)];
}
