import { placeIdKey } from '../../core/model/place.ts';
import type { StepOf } from '../../core/model/step.ts';
import type { Request } from '../actions.ts';
import { chunks } from './chunks.ts';
import { given } from './fields.ts';
import { addressFields } from './target-requests.ts';

/** What one call may carry (doc 214/33844). */
const most = { targetsPerEntry: 50, entries: 100, targets: 500 };

type SetWeight = StepOf<'set-weight'>;
type WeightEntry = Request<'BatchModifyTargetWeight'>['ModifyList'][number];

/** An entry holds targets of one place that get one weight. */
export function toWeightRequests(
  id: string,
  steps: readonly SetWeight[],
): readonly Request<'BatchModifyTargetWeight'>[] {
  const alike = Map.groupBy(steps, ({ target, weight }) => `${placeIdKey(target)} ${weight}`);
  const entries = [...alike.values()].flatMap((group) => chunks(group, most.targetsPerEntry).flatMap(toEntry));
  return packed(entries).map((ModifyList) => ({ LoadBalancerId: id, ModifyList }));
}

function toEntry(steps: readonly SetWeight[]): WeightEntry[] {
  const [first] = steps;
  if (first === undefined) return [];
  return [
    {
      ListenerId: first.target.listenerId,
      ...given<WeightEntry>({ LocationId: first.target.locationId }),
      Targets: steps.map(({ target }) => addressFields(target)),
      Weight: first.weight,
    },
  ];
}

function packed(entries: readonly WeightEntry[]): WeightEntry[][] {
  const calls: WeightEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const call = calls.at(-1);
    if (call === undefined || call.length === most.entries || entry.Targets.length > room) {
      calls.push([entry]);
      room = most.targets - entry.Targets.length;
    } else {
      call.push(entry);
      room -= entry.Targets.length;
    }
  }
  return calls;
}
