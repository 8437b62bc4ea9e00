import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeBalancer } from '../model/balancer-ref.ts';
import type { Binding } from '../model/binding.ts';
import { shownDomain } from '../model/wildcard-domain.ts';
import type { Conflict } from './conflict.ts';
import type { Contender } from './contender.ts';
import type { Facts } from './facts.ts';
import { holdersIn, hostOf } from './host-holders.ts';

/** A claim on a rule of a host that belongs to another namespace. */
export interface HostDenial {
  readonly conflict: Conflict;
  /** When it is kept no longer for a namespace that left it. */
  readonly endsInMs?: number;
}

/**
 * What stands against claims on rules of a host that belongs to another namespace: the one that has rules of it, or
 * while nobody has, the one that left it a while ago. A host that is nobody's is that of the namespace whose wildcard
 * serves it, or else that of the oldest owner that wants it or such a wildcard. Otherwise any namespace could take
 * paths or names of a host, and whoever is made again would lose it.
 */
export function hostDenials(contenders: readonly Contender[], facts: Facts): readonly HostDenial[] {
  if (facts.policy.sharesHosts === true) return [];
  const holdersOf = holdersIn(contenders, facts);
  return contenders.flatMap(({ owner, binding }) => {
    const host = hostOf(binding);
    if (host === undefined) return [];
    const { namespaces, endsInMs } = holdersOf(host);
    if (namespaces.has(owner.namespace)) return [];
    return [{ conflict: hostOfOthers(binding, host), ...(endsInMs === undefined ? {} : { endsInMs }) }];
  });
}

/** It names nobody else: who has the host concerns others. */
function hostOfOthers(binding: Binding, host: string): Conflict {
  const named = host === '' ? 'requests for every host' : `host ${safeText(shownDomain(host), 80)}`;
  const message =
    `Choose another host or another CLB, or ask an administrator to let namespaces share hosts (clb-direct's setting ` +
    `SHARED_HOSTS): another namespace was the first with ${named} on ` +
    `${describeBalancer(binding.balancer)}, or with a wildcard that covers it. No rule is made for it here.`;
  return { binding, finding: { severity: 'Warning', reason: 'RuleConflict', message } };
}
