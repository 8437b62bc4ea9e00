import type { V1ObjectMeta } from '@kubernetes/client-node';
import { annotation, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import type { SourceFacts } from './bare-owner.ts';
import { identityOf, listOf } from './service-facts.ts';

/** Of an object that cannot be read: that it is there, and what we wrote to it. */
export interface UnreadFacts extends SourceFacts {
  readonly isUnread: true;
}

/** `inUse`: the annotation that shows the CLB that it uses. */
export function unreadFacts(raw: unknown, inUse: string): UnreadFacts | undefined {
  const { metadata } = raw as { readonly metadata: V1ObjectMeta };
  const identity = identityOf(metadata);
  if (identity === undefined) return undefined;
  const { annotations = {}, finalizers = [] } = metadata;
  return {
    ...identity,
    isUnread: true,
    hasFinalizer: finalizers.includes(serviceFinalizer),
    recordedLoadBalancers: listOf(annotations[annotation.loadBalancers]),
    shownInUse: annotations[inUse],
  };
}
