import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Adoption } from '../../model/adoption.ts';
import type { OwnerKind } from '../../model/owner.ts';
import { isLoadBalancerId } from './load-balancer-id.ts';
import type { ServiceFacts } from './service-facts.ts';

export interface AskedAdoption {
  readonly balancerId: string;
  readonly adoption: Adoption;
}

type Asks = Pick<ServiceFacts, 'annotations' | 'existingLoadBalancer'>;

/** "lb-a1b2c3d4", or "plan lb-a1b2c3d4". A Service that names an existing CLB has that one. */
export function adoptionOf({ annotations, existingLoadBalancer = '' }: Asks): AskedAdoption | undefined {
  return existingLoadBalancer === '' ? readAdoption(annotations) : undefined;
}

/** What the annotation says, where it can be read. */
export function readAdoption(annotations: Asks['annotations']): AskedAdoption | undefined {
  const [, plan, balancerId = ''] = /^(plan +)?(\S+)$/.exec(annotations[annotation.adopt]?.trim() ?? '') ?? [];
  if (!isLoadBalancerId(balancerId)) return undefined;
  return { balancerId, adoption: plan === undefined ? 'take' : 'plan' };
}

/** The Service then claims nothing: a CLB of its own would take its address away. */
export function adoptionRefusal(service: Asks): Finding | undefined {
  return (service.existingLoadBalancer ?? '') === '' ? unreadAdoption(service.annotations, 'Service') : undefined;
}

/** undefined: the annotation can be read, or is not there. */
export function unreadAdoption(annotations: Asks['annotations'], kind: OwnerKind): Finding | undefined {
  const text = annotations[annotation.adopt];
  if (text === undefined || readAdoption(annotations) !== undefined) return undefined;
  const message =
    `Annotation ${annotation.adopt} is "${safeText(text)}"; write the id of the CLB that TKE made for this ${kind}, ` +
    'for example lb-a1b2c3d4. Until then nothing is done for it.';
  return { severity: 'Warning', reason: 'LoadBalancerIdMalformed', message };
}
