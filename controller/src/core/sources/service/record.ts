import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../../model/listed.ts';
import { most } from '../../model/record.ts';
import { isLoadBalancerId } from './load-balancer-id.ts';
import type { ServiceFacts } from './service-facts.ts';

type Recorded = Pick<ServiceFacts, 'recordedLoadBalancers' | 'existingLoadBalancer' | 'hasFinalizer'>;

/**
 * The CLBs of the annotation clb-direct.io/load-balancers, sorted. It is written for people, and they can write it too,
 * so it is input: at most a few ids, and what the Service names comes first, so that a long list never hides it.
 */
export function shownBalancers({ recordedLoadBalancers: all, existingLoadBalancer: named }: Recorded) {
  const ids = [...new Set(all)].filter(isLoadBalancerId);
  const first = ids.filter((id) => id === named);
  return [...first, ...ids.filter((id) => id !== named)].slice(0, most.shown).toSorted();
}

/** What of the annotation means nothing. */
export function recordFindings(service: Recorded): readonly Finding[] {
  const { hasFinalizer, existingLoadBalancer: named } = service;
  const known = new Set(shownBalancers(service).filter((id) => hasFinalizer || id === named));
  const ignored = service.recordedLoadBalancers.filter((id) => !known.has(id));
  return ignored.length === 0 ? [] : [malformed(ignored)];
}

function malformed(ignored: readonly string[]): Finding {
  const names = listed(ignored, (id) => `"${safeText(id, 40)}"`);
  const message =
    `Annotation ${annotation.loadBalancers} has ${ignored.length} entries that are ignored: ` +
    `${names}. clb-direct writes it, with finalizer ${serviceFinalizer} and ` +
    `at most ${most.shown} CLB ids; leave it alone. ` +
    'If listeners of this Service remain on another CLB, delete them there.';
  return {
    severity: 'Warning',
    reason: 'AnnotationMalformed',
    message,
    repeat: { ...hourly, by: 'message' },
  };
}
