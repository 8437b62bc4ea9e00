import { writtenBack } from '../core/findings/written-back.ts';
import { isOnlyText } from '../core/lifecycle/judge-owner.ts';
import type { OwnerWriter, Reporter, Shown } from '../core/model/cluster-port.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { Rewrites } from './rewrites.ts';

interface Context {
  readonly owners: Pick<OwnerWriter, 'show'>;
  readonly reporter: Reporter;
  readonly rewrites: Rewrites;
}

/**
 * Shows people the CLBs of an owner, and holds it by the finalizers, which never wait. Returns how long that waits
 * which somebody else undoes again and again.
 */
export async function showOwner(
  owner: OwnerView,
  shown: Shown | undefined,
  { owners, reporter, rewrites }: Context,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (shown === undefined) return undefined;
  const change = isOnlyText(owner, shown) ? changeOf(owner, shown) : undefined;
  const waitMs = change === undefined ? undefined : rewrites.waitMs(change);
  if (waitMs !== undefined) {
    reporter.aboutOwner(owner, writtenBack(owner, shown));
    return waitMs;
  }
  await owners.show(owner, shown, signal);
  if (change !== undefined) rewrites.note(change);
  return undefined;
}

/** From what to what. */
function changeOf({ uid, shownBalancers, shownInUse }: OwnerView, { balancerIds, inUse }: Shown): string {
  return JSON.stringify([uid, shownBalancers, shownInUse, balancerIds, inUse]);
}
