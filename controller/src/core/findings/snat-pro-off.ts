import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { judgeReach } from '@clb-direct/shared/domain/reach.ts';
import { isPodBinding, type Binding } from '../model/binding.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';
import type { TargetRules } from '../model/pod-target.ts';
import { stageOf } from '../model/pod-view.ts';
import type { PodsOf } from './no-pod-fits.ts';

/**
 * Pods of the GlobalRouter network behind a CLB without SNAT Pro, which it cannot reach. They are bound all the same:
 * a person may switch it on at any time, and the health check says when they are reached.
 */
export function snatProOff(
  bindings: readonly Binding[],
  { podsOf, rules }: { readonly podsOf: PodsOf; readonly rules: TargetRules },
  { id, hasSnatPro }: Pick<ObservedLoadBalancer, 'id' | 'hasSnatPro'>,
): Finding | undefined {
  if (hasSnatPro) return undefined;
  const pods = bindings.filter(isPodBinding).flatMap(podsOf);
  const living = pods.filter((pod) => stageOf(pod) !== 'gone');
  const isThere = living.some(({ network }) => judgeReach(network, rules.reach) === 'global-route');
  if (!isThere) return undefined;
  const message =
    `Switch SNAT Pro on for CLB ${id} in the CLB console, or use pods on ENIs: without it a CLB does not reach ` +
    'pods of the GlobalRouter network, so they stay unhealthy and their gates closed.';
  return { severity: 'Warning', reason: 'SnatProOff', message, repeat: hourly };
}
