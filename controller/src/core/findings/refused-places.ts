import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Binding } from '../model/binding.ts';
import { listed } from '../model/listed.ts';
import { describePlace } from '../model/place.ts';

/**
 * What the owner of places that the CLB refused should know: one finding for each reason, because a Service may have
 * hundreds of ports. It has the CLB's answer for the first place, and names some of the others; each of them stands in
 * full in the gates that wait for it.
 */
export function refusedPlaces(
  bindings: readonly Binding[],
  obstacleOf: (binding: Binding) => Finding | undefined,
): readonly Finding[] {
  const refused = bindings.flatMap((binding) => {
    const finding = obstacleOf(binding);
    return finding === undefined ? [] : [{ binding, finding }];
  });
  return [...Map.groupBy(refused, ({ finding }) => finding.reason).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const also = listed(others, ({ binding }) => describePlace(binding.place));
    const { finding } = first;
    return [
      others.length === 0
        ? finding
        : { ...finding, message: `${finding.message} ${others.length} more not made: ${also}.` },
    ];
  });
}
