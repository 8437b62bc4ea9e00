import type { Finding, Repeat } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { foreignRulesOf } from '../model/foreign-rules.ts';
import { isGuard } from '../model/guard.ts';
import { listed } from '../model/listed.ts';
import type { ObservedListener, ObservedRule } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { isRule, placeKey } from '../model/place.ts';
import { standingFor } from '../plan/bound-place.ts';
import type { Judged, OwnerFinding } from './judged.ts';

/** Once for the rules of a listener, as far as the process lives. */
const once: Repeat = { by: 'message', afterMs: 365 * 86_400_000 };

/**
 * Rules on listeners of ours that people made. Where an owner wants the place of one, a RuleConflict says more. Nobody
 * is told hosts that are not its own: the rule may be what an object of another namespace left.
 */
export function rulesByHand({ scope, plan: { desired }, observed }: Judged): readonly OwnerFinding[] {
  const claims = [...scope.claims, ...scope.pending];
  const wanted = new Set(claims.flatMap(({ bindings }) => bindings.map(({ place }) => placeKey(place))));
  return observed.listeners.flatMap((listener) => {
    // A guard is ours whatever the record says: nobody else makes one.
    const rules = foreignRulesOf(listener).filter((rule) => !wanted.has(placeKey(rule.place)) && !isGuard(rule));
    if (rules.length === 0) return [];
    const needed = desired.listeners.find((one) => standingFor(one, [listener]) !== undefined);
    const uids = new Set([...listener.ownerUids, ...(needed?.owners ?? []).map(({ uid }) => uid)]);
    const about = { listener, rules, isNeeded: needed !== undefined, balancerId: observed.id };
    const readers = scope.owners.filter(({ uid }) => uids.has(uid));
    return readers.map((owner) => ({ owner, finding: { ...ruleByHand(about, owner), repeat: once } }));
  });
}

interface Made {
  readonly listener: ObservedListener;
  readonly rules: readonly ObservedRule[];
  readonly isNeeded: boolean;
  readonly balancerId: string;
}

function ruleByHand({ listener, rules, isNeeded, balancerId }: Made, reader: OwnerView): Finding {
  const { id, place } = listener;
  const { protocol, port } = place;
  const hosts = new Set(reader.bindings.flatMap((one) => (isRule(one.place) ? [one.place.domain] : [])));
  const named = listed(rules, (rule) => describeRule(rule, hosts));
  const where = `listener ${id} (${protocol}/${port}) of ${balancerId}`;
  const message = isNeeded
    ? `Delete rules of ${where} that nobody needs in the CLB console, or move them to a listener of your own: ` +
      `no record names ${named}, which a person made, or an object left that was let go. clb-direct never touches ` +
      'them, and does not delete the listener while they stand.'
    : `Delete ${named} of ${where} in the CLB console if nobody needs them, and then the listener: it stays, ` +
      'because no record names these rules.';
  return { severity: 'Warning', reason: 'RuleByHand', message };
}

function describeRule({ id, place: { domain, url } }: ObservedRule, hosts: ReadonlySet<string>): string {
  return hosts.has(domain) ? `${id} (${safeText(domain + url, 100)})` : id;
}
