import { admits, ruleFor, type BalancerRule } from '@clb-direct/shared/domain/balancer-rules.ts';
import { slotOfBinding } from '../model/binding.ts';
import { contendersOf } from './contender.ts';
import type { Claim } from './facts.ts';
import { heldKey, type HeldPlace } from './held-places.ts';

/** Whether the owner that had a place, perhaps made again, asks for it still where no rule forbids it. */
export function askedFor(
  balancerId: string,
  claims: readonly Claim[],
  rules: readonly BalancerRule[],
): (held: HeldPlace) => boolean {
  const rule = ruleFor(rules, balancerId);
  const allowed = contendersOf(claims).filter(({ owner }) => rule === undefined || admits(rule, owner.namespace));
  const keys = new Set(allowed.map(({ owner, binding }) => heldKey({ slot: slotOfBinding(binding), owner })));
  return (held) => keys.has(heldKey(held));
}
