import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { describeBalancer } from '../model/balancer-ref.ts';
import { isRule } from '../model/place.ts';
import type { Contender } from './contender.ts';
import type { Facts } from './facts.ts';

/**
 * The host is what clients call the CLB by, such as the domain of one without an address. A CLB names that for a rule
 * without a host, so the two would be one rule for it.
 */
export function ownAddressDenial({ binding }: Contender, { observed }: Pick<Facts, 'observed'>): Finding | undefined {
  const { place, balancer } = binding;
  if (!isRule(place) || observed?.addresses.includes(place.domain) !== true) return undefined;
  const message =
    `Leave host "${place.domain}" out: it is the address of ${describeBalancer(balancer)}, and rules without a host ` +
    'are those of requests by address. Nothing is made for it.';
  return { severity: 'Warning', reason: 'HostUnsupported', message };
}
