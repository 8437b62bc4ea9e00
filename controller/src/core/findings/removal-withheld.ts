import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';
import type { Owner } from '../model/owner.ts';
import { targetKey } from '../model/target.ts';
import type { Plan } from '../plan/plan.ts';
import { releaseOf, targetsOf } from '../plan/release-removal.ts';

const mostNames = 5;

/** About the targets at the owner's own places. While replacements of all are on their way there is nothing to tell. */
export function removalWithheld(
  { kind, namespace, name, uid }: Owner,
  { withheld, awaited }: Pick<Plan, 'withheld' | 'awaited'>,
  observed: ObservedLoadBalancer,
): Finding | undefined {
  const own = targetsOf(uid, withheld, observed);
  const soon = new Set(awaited.map(targetKey));
  if (own.every((target) => soon.has(targetKey(target)))) return undefined;
  const names = own.slice(0, mostNames).map(({ listenerId, ip, port }) => `${listenerId}/${ip}:${port}`);
  const release = `${annotation.releaseRemoval}=${releaseOf(own)}`;
  const message =
    `Check selector and labels: ${own.length} targets stay on, because taking them off would leave too little behind ` +
    `them: ${names.join(', ')}. They leave when as many others serve or their pods end. To let them go now: ` +
    `kubectl -n ${namespace} annotate ${kind.toLowerCase()} ${name} ${release} --overwrite`;
  return { severity: 'Warning', reason: 'RemovalWithheld', message };
}
