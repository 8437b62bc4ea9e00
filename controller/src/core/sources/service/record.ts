import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../../model/listed.ts';
import { isLoadBalancerId } from './load-balancer-id.ts';
import type { ServiceFacts } from './service-facts.ts';

/** A Service names one CLB, and moves from one to another: more are no record of ours. */
const mostRecorded = 8;

type Recorded = Pick<ServiceFacts, 'recordedLoadBalancers' | 'existingLoadBalancer' | 'hasFinalizer'>;

/**
 * The CLBs of the annotation clb-direct.io/load-balancers, sorted. Users can write it, so it is input: at most a few
 * ids, and what the Service names comes first, so that a long list never hides it.
 */
export function recordedBalancers({ recordedLoadBalancers: all, existingLoadBalancer: named }: Recorded) {
  const ids = [...new Set(all)].filter(isLoadBalancerId);
  const first = ids.filter((id) => id === named);
  return [...first, ...ids.filter((id) => id !== named)].slice(0, mostRecorded).toSorted();
}

/** What of the record is not trusted. */
export function recordFindings(service: Recorded): readonly Finding[] {
  const { hasFinalizer, existingLoadBalancer: named } = service;
  const known = new Set(recordedBalancers(service).filter((id) => hasFinalizer || id === named));
  const ignored = service.recordedLoadBalancers.filter((id) => !known.has(id));
  return ignored.length === 0 ? [] : [malformed(ignored)];
}

function malformed(ignored: readonly string[]): Finding {
  const names = listed(ignored, (id) => `"${safeText(id, 40)}"`);
  const message =
    `Annotation ${annotation.loadBalancers} has ${ignored.length} entries that are ignored: ` +
    `${names}. clb-direct writes it, with finalizer ${serviceFinalizer} and ` +
    `at most ${mostRecorded} CLB ids; leave it alone. ` +
    'If listeners of this Service remain on another CLB, delete them there.';
  return {
    severity: 'Warning',
    reason: 'AnnotationMalformed',
    message,
    repeat: { ...hourly, by: 'message' },
  };
}
