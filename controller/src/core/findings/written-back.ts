import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Shown } from '../model/cluster-port.ts';
import { annotationsOf } from '../model/owner.ts';
import type { OwnerView } from '../model/owner-view.ts';

type Holder = Pick<OwnerView, 'kind' | 'shownBalancers' | 'shownInUse'>;

/** Something else writes what only shows the CLBs to people, such as a tool that applies a copy of it. */
export function writtenBack(owner: Holder, { balancerIds, inUse }: Shown): Finding {
  const { kind, shownBalancers, shownInUse } = owner;
  const names = [
    ...(inUse === shownInUse ? [] : [{ name: annotationsOf(owner).loadBalancerId, now: shownInUse }]),
    ...(balancerIds.join() === shownBalancers.join()
      ? []
      : [{ name: annotation.loadBalancers, now: shownBalancers.join() }]),
  ];
  const each = names.map(({ name, now }) => `${name} (now ${now === undefined ? 'absent' : `"${safeText(now)}"`})`);
  const message =
    `Remove ${each.join(' and ')} from the manifest of this ${kind}, and from what else writes there: clb-direct has ` +
    'shown its CLBs there several times within an hour, and each time that was undone. It is shown again later. ' +
    'Nothing depends on it.';
  return { severity: 'Warning', reason: 'AnnotationWrittenBack', message, repeat: hourly };
}
