import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { annotationsOf } from '../model/owner.ts';
import { isLetGo, isSkipped, ownershipOf, type OwnerView } from '../model/owner-view.ts';
import { most } from '../model/record.ts';
import { leftToTke } from './left-to-tke.ts';
import { leftThere, skipped } from './skipped.ts';
import { unread } from './unread.ts';

/** What the author of an owner should know of the owner alone, whatever its CLB looks like. */
export function ownerFindings(owner: OwnerView, tkePresent: boolean): readonly Finding[] {
  const ownership = ownershipOf(owner, tkePresent);
  if (isLetGo(owner, tkePresent)) return [...owner.markFindings, ...leftThere(owner)];
  if (ownership === 'left-to-tke') return [...owner.markFindings, leftToTke(owner)];
  if (ownership !== 'ours' || owner.ending) return owner.markFindings;
  const skip = isSkipped(owner, tkePresent) ? [owner.isUnread === true ? unread(owner) : skipped(owner)] : [];
  const tke = tkePresent ? tkeWrites(owner) : [];
  return [...skip, ...tke, ...owner.markFindings, ...owner.findings, ...owner.notices];
}

/** What it adopted is in TKE's hands again; before that, the adoption itself is refused. */
function tkeWrites(owner: OwnerView): readonly Finding[] {
  const { kind, bindings, skip, hasFinalizer } = owner;
  const { tkeMode } = annotationsOf(owner);
  if (!hasFinalizer || skip === 'unless-tke' || !bindings.some(({ adoption }) => adoption !== undefined)) return [];
  const message =
    `Write annotation ${tkeMode}: "skip" again: this ${kind} took over its CLB from TKE's controller, ` +
    'which runs, and changes the same listeners without it.';
  return [{ severity: 'Warning', reason: 'AdoptionRefused', message, repeat: hourly }];
}

export function recordFull({ kind, namespace }: OwnerView, balancerId: string): Finding {
  const message =
    `Nothing more is made for this ${kind} on ${balancerId}: the record of that CLB has no room for more of ` +
    `namespace ${namespace}, which may have ${most.ownersOfNamespace} objects there with ${most.placesOfNamespace} ` +
    `ports and rules, and ${most.lettersOfNamespace} letters in the hosts and paths of their rules. ` +
    'Use another CLB, or delete what you do not need.';
  return { severity: 'Warning', reason: 'QuotaReached', message };
}

export function ensured({ kind }: Pick<OwnerView, 'kind'>, addresses: readonly string[]): Finding {
  const message = `Clients reach this ${kind} at ${addresses.map((address) => safeText(address)).join(', ')}.`;
  return { severity: 'Normal', reason: 'LoadBalancerEnsured', message };
}
