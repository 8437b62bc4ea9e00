import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { listed } from '../../model/listed.ts';
import { annotationWithoutEffect } from './annotation-without-effect.ts';
import { describePort, type ExistingListeners } from './existing-listeners.ts';
import type { ServiceFacts, ServicePort } from './service-facts.ts';
import { readSpecified } from './specify-protocol.ts';

/** Those whose listener is ours to make. Of the others the annotation specify-protocol says nothing that counts. */
export function portsWithOwnListener({ ports }: ServiceFacts, existing: ExistingListeners): readonly ServicePort[] {
  return ports.filter((port) => existing.of(port).existing === undefined);
}

/** Protocol, hosts and certificates that somebody wants at a listener which somebody else made. */
export function specifiedWithoutEffect(service: ServiceFacts, existing: ExistingListeners): readonly Finding[] {
  const others = service.ports.filter((port) => existing.of(port).existing !== undefined);
  const text = service.annotations[annotation.specifyProtocol];
  const specified = readSpecified(
    text,
    others.map(({ port }) => port),
  );
  const inVain = others.filter(({ port }) => specified.of(port) !== undefined);
  if (inVain.length === 0) return [];
  const message =
    `Annotation ${annotation.specifyProtocol} has no effect at port ${listed(inVain, describePort)}: ` +
    `${annotation.existingListeners} names a listener there, which is used as it is. ` +
    'Remove the port from one of the two.';
  return [annotationWithoutEffect(message)];
}
