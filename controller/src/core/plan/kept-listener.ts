import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { claimKey } from '../model/binding.ts';
import { cloudTrouble } from '../model/cloud-trouble.ts';
import { describePlace, slotOfPort, type Place } from '../model/place.ts';
import type { ReplacedListener } from './replaced-listener.ts';

/** What the owner of a listener should know that stands in place of the one that it wishes; undefined: none does. */
export function keptListener({ listener, refusal }: ReplacedListener, balancerId: string): Finding | undefined {
  if (refusal === undefined) return undefined;
  const at = `${describePlace(listener.place)} of ${balancerId}`;
  const message =
    `Correct the Service, its TkeServiceConfig or its Secret: ${at} goes on as it was, because the CLB did not make ` +
    `the listener that is to replace it. It is not tried again before one of them changes. ` +
    cloudTrouble(refusal).message;
  return {
    severity: 'Warning',
    reason: 'ListenerKept',
    message,
    repeat: { ...hourly, by: 'message', part: `${balancerId} ${slotOfPort(listener.place)}` },
  };
}

/** By bindingKey, what stands in the way of the places that are wished. */
export function obstaclesOfKept(
  replaced: readonly ReplacedListener[],
  balancerId: string,
): readonly (readonly [string, Finding])[] {
  return replaced.flatMap((one) => {
    const finding = keptListener(one, balancerId);
    if (finding === undefined) return [];
    return one.places.map((place) => [claimKey(one.ownerUid, place), finding] as const);
  });
}

/** The rules that come back with their listeners, if need be: the record has to know them until then. */
export function rulesToKeep(replaced: readonly ReplacedListener[]): readonly { readonly place: Place }[] {
  return replaced.flatMap(({ listener }) => listener.rules.filter(({ isOurs }) => isOurs));
}
