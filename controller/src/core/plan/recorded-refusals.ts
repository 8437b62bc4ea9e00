import { CloudError } from '../model/cloud-error.ts';
import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { BalancerRecord } from '../model/record.ts';
import type { Memory } from './memory.ts';
import { claimsAt, isAtSamePort, replacedFor, wishAt, type ReplacedListener } from './replaced-listener.ts';
import { isReplaceable } from './replacement.ts';

interface Recorded {
  readonly record: BalancerRecord | undefined;
  readonly owners: readonly OwnerView[];
}

/** The memory, with what was refused before a restart: a new leader does not try it again under traffic. */
export function withRecordedRefusals(memory: Memory, observed: ObservedLoadBalancer, recorded: Recorded): Memory {
  const found = (recorded.record?.owners ?? []).flatMap(({ uid, refusedWishes = [] }) => {
    const owner = recorded.owners.find((one) => one.uid === uid);
    if (owner === undefined || refusedWishes.length === 0) return [];
    return observed.listeners.filter((listener) => isRefused(listener, owner, refusedWishes)).map(refusedFor(owner));
  });
  const news = found.filter((one) => !memory.replaced.some((known) => isAtSamePort(one, known)));
  return news.length === 0 ? memory : { ...memory, replaced: [...memory.replaced, ...news] };
}

/** It stands although its owner wishes another one, and that wish was refused. */
function isRefused(listener: ObservedListener, owner: OwnerView, refused: readonly string[]): boolean {
  const wished = claimsAt(listener, owner.bindings);
  const isOther = wished.length > 0 && wished.every(({ place }) => place.protocol !== listener.place.protocol);
  return isOther && isReplaceable(listener, owner.uid) && refused.includes(wishAt(listener, owner));
}

function refusedFor(owner: OwnerView) {
  return (listener: ObservedListener): ReplacedListener => {
    const message = 'It was refused before the controller started; the events and the log of that time say why.';
    const refusal = new CloudError(message, { kind: 'refused', code: 'RefusedBefore', action: 'CreateListener' });
    return { ...replacedFor(owner, { listener, isGone: false, failures: 0 }), refusal, isRecorded: true };
  };
}

/** By owner UID: the wishes that the CLB refused. */
export function refusedWishes(replaced: readonly ReplacedListener[]): ReadonlyMap<string, readonly string[]> {
  const refused = replaced.filter(({ refusal }) => refusal !== undefined);
  const byOwner = Map.groupBy(refused, ({ ownerUid }) => ownerUid);
  return new Map([...byOwner].map(([uid, some]) => [uid, some.map(({ wish }) => wish).toSorted()]));
}
