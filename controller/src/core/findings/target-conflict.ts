import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { bindingKey } from '../model/binding.ts';
import { writePlaceId } from '../model/existing-place.ts';
import { listed } from '../model/listed.ts';
import type { Owner } from '../model/owner.ts';
import { clusterInTag } from '../model/target-tag.ts';
import { addressKey } from '../model/target.ts';
import type { TakenAddress } from '../plan/plan-existing.ts';

interface Told {
  readonly owner: Owner;
  readonly finding: Finding;
}

/** Addresses of pods that somebody else registered where an owner needs them: one finding for each of its ports. */
export function targetConflicts(taken: readonly TakenAddress[]): readonly Told[] {
  const byBinding = Map.groupBy(taken, ({ binding }) => bindingKey(binding));
  return [...byBinding.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const where = writePlaceId(first.id);
    const message =
      `Deregister these addresses of pods at ${where}, or let another listener or rule have them: they are ` +
      'registered there, and not by this install of clb-direct, so that nothing is changed: ' +
      `${listed(some, describe)}.`;
    const repeat = { ...hourly, part: where };
    const finding: Finding = { severity: 'Warning', reason: 'TargetConflict', message, repeat };
    return [{ owner: first.binding.owner, finding }];
  });
}

function describe({ target }: TakenAddress): string {
  const cluster = clusterInTag(target.tag ?? '');
  const by = cluster === undefined ? 'without a tag of clb-direct' : `by CLUSTER_ID ${safeText(cluster)}`;
  return `${addressKey(target)} (${by})`;
}
