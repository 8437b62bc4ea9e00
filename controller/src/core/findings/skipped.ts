import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { listed } from '../model/listed.ts';
import type { OwnerView } from '../model/owner-view.ts';

/** What is true while an owner is skipped, and how to end it. */
export function skipped({ kind }: Pick<OwnerView, 'kind'>): Finding {
  const message =
    `This ${kind} is in mode "skip": clb-direct changes nothing on the CLB for it. No pod becomes a target ` +
    'or leaves, and gates do not wait for this CLB, so do not roll out. ' +
    'To go on, remove the annotation that says "skip".';
  return { severity: 'Normal', reason: 'Skipped', message, repeat: hourly };
}

/** Listeners of Ingresses may serve others too. */
function whatIn(kind: OwnerView['kind'], uid: string): string {
  if (kind === 'Ingress') return 'its rules in the CLB console, of the listeners whose names end in "shared"';
  return `them in the CLB console: their names end in ${uid}`;
}

/** What stays on the CLBs when a skipped owner goes. */
export function leftThere({ kind, uid, recordedBalancers }: OwnerView): readonly Finding[] {
  if (recordedBalancers.length === 0) return [];
  const message =
    `This ${kind} was in mode "skip", so its listeners and targets stay on ${listed(recordedBalancers, (id) => id)}. ` +
    `If nothing uses them, delete ${whatIn(kind, uid)}.`;
  return [{ severity: 'Normal', reason: 'Skipped', message, repeat: { ...hourly, by: 'message' } }];
}
