import type { OwnerView } from '../model/owner-view.ts';
import { isKind, type CreateListener, type CreateRule, type Step } from '../model/step.ts';
import { isGuard } from '../model/guard.ts';
import { placeKey, slotOfPort } from '../model/place.ts';
import type { Facts } from './facts.ts';
import { replacementsIn } from './replacement.ts';
import type { WithoutRoom } from './target-room.ts';

type Create = CreateListener | CreateRule;

export interface FittedSteps {
  readonly steps: readonly Step[];
  /** What does not fit. */
  readonly withoutRoom: readonly WithoutRoom<Create>[];
}

/**
 * Keeps a CLB within its quota of listeners, and a listener within its quota of rules. Owners that are older come
 * first. What is deleted in this plan makes room for the next one: a deletion comes after what replaces it. Only a
 * listener that goes first, for another one at its port, leaves its room to that one; `removals` may be such.
 */
export function withinQuota(steps: readonly Step[], facts: Facts, removals: readonly Step[] = []): FittedSteps {
  const successors = new Set<Step>(replacementsIn([...removals, ...steps]).map(({ next }) => next));
  const others = steps.filter((step) => !successors.has(step));
  const withoutRoom = [...listenersWithoutRoom(others, facts), ...rulesWithoutRoom(steps, facts)];
  const left = new Set<Step>(withoutRoom.map(({ step }) => step));
  return { steps: steps.filter((step) => !left.has(step)), withoutRoom };
}

function listenersWithoutRoom(steps: readonly Step[], facts: Facts): readonly WithoutRoom<Create>[] {
  const standing = facts.observed?.listeners.length ?? 0;
  const all = steps.filter(isKind('create-listener'));
  const others = all.filter((step) => !comesInstead(step, facts));
  const taken = standing + all.length - others.length;
  return leftOver(others, { standing: taken, most: facts.quota.listeners, facts });
}

/** It comes for a listener that went for it, or is that listener, which comes back. */
function comesInstead({ owners, place }: CreateListener, { memory }: Facts): boolean {
  return memory.replaced.some(
    ({ ownerUid, listener }) => owners.includes(ownerUid) && slotOfPort(listener.place) === slotOfPort(place),
  );
}

function rulesWithoutRoom(steps: readonly Step[], facts: Facts): readonly WithoutRoom<Create>[] {
  const byListener = Map.groupBy(steps.filter(isKind('create-rule')), ({ listenerId }) => listenerId);
  return [...byListener].flatMap(([listenerId, some]) => {
    const listener = facts.observed?.listeners.find(({ id }) => id === listenerId);
    return leftOver(some, { standing: listener?.rules.length ?? 0, most: facts.quota.rules, facts });
  });
}

interface Within {
  readonly standing: number;
  readonly most: number | undefined;
  readonly facts: Facts;
}

function leftOver<S extends Create>(steps: readonly S[], { standing, most, facts }: Within): readonly WithoutRoom<S>[] {
  if (most === undefined || standing + steps.length <= most) return [];
  const byUid = Map.groupBy(facts.owners, ({ uid }) => uid);
  const turns = steps.map((step) => ({ step, turn: turnOf(step, byUid) }));
  const inTurn = turns.toSorted((a, b) => compare(a.turn, b.turn));
  return inTurn.slice(Math.max(0, most - standing)).map(({ step }) => ({ step, most }));
}

type Turn = readonly [createdAtMs: number, uid: string, place: string];

function turnOf({ owners, place }: Create, byUid: ReadonlyMap<string, readonly OwnerView[]>): Turn {
  if (isGuard({ place })) return [Infinity, '', placeKey(place)];
  const known = owners.flatMap((uid) => byUid.get(uid) ?? []);
  const oldest = known.toSorted((a, b) => compare(ageTurn(a), ageTurn(b)))[0];
  return [oldest?.createdAtMs ?? Infinity, oldest?.uid ?? '', placeKey(place)];
}

function ageTurn({ createdAtMs, uid }: OwnerView): Turn {
  return [createdAtMs, uid, ''];
}

function compare(a: Turn, b: Turn): number {
  return a[0] - b[0] || order(a[1], b[1]) || order(a[2], b[2]);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
