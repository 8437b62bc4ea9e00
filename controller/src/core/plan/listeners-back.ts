import type { Binding } from '../model/binding.ts';
import { hasRules } from '../model/place.ts';
import type { Claim, Facts } from './facts.ts';
import { claimsAt, wishAt, type ReplacedListener } from './replaced-listener.ts';

/**
 * The same facts, in which an owner asks for the listener that it had, where the CLB did not make the one that it
 * wishes instead: a port that served before goes on. So does one whose wish is incomplete by now.
 */
export function withListenersBack(facts: Facts): Facts {
  const { replaced } = facts.memory;
  if (replaced.length === 0) return facts;
  const claims = facts.claims.map((claim) => replaced.reduce(withOneBack, claim));
  return { ...facts, claims };
}

function withOneBack(claim: Claim, replaced: ReplacedListener): Claim {
  const { listener, ownerUid, wish, refusal } = replaced;
  if (ownerUid !== claim.owner.uid) return claim;
  const wished = claimsAt(listener, claim.bindings);
  const isRefused = refusal !== undefined && wishAt(listener, claim.owner) === wish;
  const isIncomplete = replaced.isGone && wished.every(({ incomplete }) => incomplete !== undefined);
  const back = wished.slice(0, 1).flatMap((binding) => asBefore(binding, replaced));
  if (back.length === 0 || !(isRefused || isIncomplete)) return claim;
  return { ...claim, bindings: [...claim.bindings.filter((one) => !wished.includes(one)), ...back] };
}

/** The targets of each place are those that are wished for now. */
function asBefore(binding: Binding, { listener }: ReplacedListener): readonly Binding[] {
  const { place, settings: listenerSettings, rules } = listener;
  const before = { ...binding, incomplete: undefined, sessionAffinitySeconds: undefined, listenerSettings };
  if (!hasRules(place.protocol)) return [{ ...before, place, hasOwnListener: false, ruleSettings: {} }];
  const own = rules.filter(({ isOurs }) => isOurs);
  return own.map((rule) => ({ ...before, place: rule.place, hasOwnListener: true, ruleSettings: rule.settings }));
}
