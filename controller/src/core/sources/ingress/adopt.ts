import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { readAdoption, unreadAdoption, type AskedAdoption } from '../service/adopt.ts';
import { mapHost, mapHostOnTke, type MappedHost } from './hosts.ts';
import type { IngressFacts } from './ingress-facts.ts';

type Annotated = Pick<IngressFacts, 'annotations'>;

/** The CLB that is to be taken over, also one that TKE's controller did not make: the Ingress may name it too. */
export function adoptionOf({ annotations }: Annotated): AskedAdoption | undefined {
  return readAdoption(annotations);
}

/** Its hosts and paths mean what they meant to TKE, so that no request goes elsewhere than before. */
export function isAsOnTke(ingress: Annotated): boolean {
  return adoptionOf(ingress) !== undefined;
}

export function mapHostFor(ingress: Annotated): (host: string) => MappedHost {
  return isAsOnTke(ingress) ? mapHostOnTke : mapHost;
}

/** The Ingress then claims nothing: a CLB of its own would take its address away. */
export function adoptionRefusal({ annotations }: Annotated): Finding | undefined {
  if (annotations[annotation.adopt] === undefined) return undefined;
  const unread = unreadAdoption(annotations, 'Ingress');
  if (unread !== undefined) return unread;
  return namesTwo(annotations) ?? (annotations[ingressAnnotation.enableGroup] === 'true' ? inGroup : undefined);
}

function namesTwo(annotations: IngressFacts['annotations']): Finding | undefined {
  const { existingLoadBalancer } = ingressAnnotation;
  const named = annotations[existingLoadBalancer]?.trim() ?? '';
  const asked = readAdoption(annotations)?.balancerId ?? '';
  if (named === '' || named === asked) return undefined;
  return refused(
    `Write one CLB: annotation ${existingLoadBalancer} names ${safeText(named)}, and ${annotation.adopt} ` +
      `${asked}. Until then nothing is changed for this Ingress.`,
  );
}

const inGroup = refused(
  `Make an Ingress without ${annotation.adopt} on another CLB, and let clients move to its address: annotation ` +
    `${ingressAnnotation.enableGroup} says that several Ingresses share this CLB, and nothing proves whose rules are ` +
    'which. Until then nothing is changed for this Ingress.',
);

function refused(message: string): Finding {
  return { severity: 'Warning', reason: 'AdoptionRefused', message };
}
