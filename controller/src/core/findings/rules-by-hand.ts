import type { Finding, Repeat } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { foreignRulesOf } from '../model/foreign-rules.ts';
import { isGuard } from '../model/guard.ts';
import { listed } from '../model/listed.ts';
import type { ObservedListener, ObservedRule } from '../model/observed.ts';
import { placeKey } from '../model/place.ts';
import { standingFor } from '../plan/bound-place.ts';
import type { Judged, OwnerFinding } from './judged.ts';

/** Once for the rules of a listener, as far as the process lives. */
const once: Repeat = { by: 'message', afterMs: 365 * 86_400_000 };

/** Rules on listeners of ours that people made. Where an owner wants the place of one, a RuleConflict says more. */
export function rulesByHand({ scope, plan: { desired }, observed }: Judged): readonly OwnerFinding[] {
  const claims = [...scope.claims, ...scope.pending];
  const wanted = new Set(claims.flatMap(({ bindings }) => bindings.map(({ place }) => placeKey(place))));
  return observed.listeners.flatMap((listener) => {
    // A guard is ours whatever the record says: nobody else makes one.
    const rules = foreignRulesOf(listener).filter((rule) => !wanted.has(placeKey(rule.place)) && !isGuard(rule));
    if (rules.length === 0) return [];
    const needed = desired.listeners.find((one) => standingFor(one, [listener]) !== undefined);
    const uids = new Set([...listener.ownerUids, ...(needed?.owners ?? []).map(({ uid }) => uid)]);
    const finding = { ...ruleByHand(listener, rules, needed !== undefined, observed.id), repeat: once };
    return scope.owners.filter(({ uid }) => uids.has(uid)).map((owner) => ({ owner, finding }));
  });
}

function ruleByHand(
  { id, place: { protocol, port } }: ObservedListener,
  rules: readonly ObservedRule[],
  isNeeded: boolean,
  balancerId: string,
): Finding {
  const named = listed(rules, ({ id: ruleId, place }) => `${ruleId} (${safeText(place.domain + place.url, 100)})`);
  const where = `listener ${id} (${protocol}/${port}) of ${balancerId}`;
  const message = isNeeded
    ? `Delete rules of ${where} that nobody needs in the CLB console, or move them to a listener of your own: ` +
      `no record names ${named}, which a person made, or an object left that was let go. clb-direct never touches ` +
      'them, and does not delete the listener while they stand.'
    : `Delete ${named} of ${where} in the CLB console if nobody needs them, and then the listener: it stays, ` +
      'because no record names these rules.';
  return { severity: 'Warning', reason: 'RuleByHand', message };
}
