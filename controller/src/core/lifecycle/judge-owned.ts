import {
  isProvenOurs,
  tagKey,
  type BalancerWish,
  type FormerBalancer,
  type OwnedBalancer,
} from '../model/owned-balancer.ts';
import type { TaggedBalancer } from '../model/clb-port.ts';
import { isLetGo, isLiving, isSkipped, type OwnerView } from '../model/owner-view.ts';

/**
 * What becomes of the CLB that is or would be made for an owner. leave: nothing is done now. forget: it stays as it
 * is, and is nobody's here any more.
 */
export type OwnedIntent = 'make' | 'leave' | 'forget' | 'release';

/** An owner that cannot be read keeps what it has: a mistake in an annotation deletes no CLB. */
export function ownedIntent(
  owner: OwnerView | undefined,
  record: OwnedBalancer | undefined,
  tkePresent: boolean,
): OwnedIntent {
  if (owner === undefined || (record !== undefined && record.owner.uid !== owner.uid)) return 'release';
  if (isLetGo(owner, tkePresent)) return 'forget';
  if (!isLiving(owner, tkePresent)) return 'release';
  if (isSkipped(owner, tkePresent) || owner.bindings.length === 0) return 'leave';
  if (owner.newBalancer !== undefined) return 'make';
  const namesIt = owner.bindings.some(({ balancer }) => balancer.id === record?.balancerId);
  return namesIt ? 'leave' : 'release';
}

/** Which CLB is the one of a record, of those that carry the tags of its owner. */
export type Found =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'one';
      readonly balancer: TaggedBalancer;
      readonly isProven: boolean;
      /** With what proves this one. */
      readonly record: OwnedBalancer;
      /** Ids of those that were asked for in its stead while it was hidden: nobody uses them. */
      readonly spare: readonly string[];
    }
  /** It is back, and one that was asked for in its stead may still come. */
  | { readonly kind: 'undecided' }
  /** Copies of it, perhaps: which one we made cannot be told. */
  | { readonly kind: 'several'; readonly ids: readonly string[] };

/**
 * The one that it had comes first: clients use its address. One that the record proves goes before one that only names
 * the owner.
 */
export function judgeFound(
  record: OwnedBalancer,
  all: readonly TaggedBalancer[],
  { clusterId, nowMs }: { readonly clusterId: string; readonly nowMs: number },
): Found {
  const proven = all.filter(({ tags }) => isProvenOurs(record, tags, clusterId));
  const back = all.find((one) => isFormer(record.former, one));
  if (back !== undefined) return judgeBack(record, back, { proven, isInDoubt: isInDoubt(record, nowMs) });
  // While ours may be on its way, another one is not taken in its stead.
  const candidates = proven.length > 0 || isInDoubt(record, nowMs) ? proven : all;
  const [first, ...more] = candidates;
  if (first === undefined) return { kind: 'none' };
  if (more.length > 0) return { kind: 'several', ids: candidates.map(({ id }) => id).toSorted() };
  return { kind: 'one', balancer: first, isProven: proven.length > 0, record, spare: [] };
}

/**
 * No record names another one any more, so what was asked for in its stead has to show before. One that never comes to
 * an end is left to the sweep: the owner waits for the one that is back.
 */
function judgeBack(
  record: OwnedBalancer,
  back: TaggedBalancer,
  { proven, isInDoubt: mayCome }: { readonly proven: readonly TaggedBalancer[]; readonly isInDoubt: boolean },
): Found {
  const spare = proven.filter(({ id }) => id !== back.id);
  const made = spare.filter(({ usable }) => usable);
  const isComing = spare.length === 0 || made.length < spare.length;
  if (isComing && mayCome) return { kind: 'undecided' };
  return { kind: 'one', balancer: back, ...withFormer(record), spare: made.map(({ id }) => id) };
}

function isFormer(former: FormerBalancer | undefined, { id, tags }: TaggedBalancer): boolean {
  if (former?.balancerId !== id) return false;
  return former.isFound === true || tags[tagKey.proof] === former.proof;
}

function withFormer({ former, ...record }: OwnedBalancer) {
  const { proof = record.proof, isFound } = former ?? {};
  return { isProven: isFound !== true, record: { ...record, proof, isFound, askedAtMs: undefined } };
}

/** For so long a CLB that was asked for, and of which no answer came, may still appear. */
const doubtMs = 600_000;

/** A CLB of this generation may exist that nothing shows yet. */
export function isInDoubt({ askedAtMs }: OwnedBalancer, nowMs: number): boolean {
  return askedAtMs !== undefined && nowMs - askedAtMs < doubtMs;
}

/** It was asked for so long ago that a person should look. */
export function isLongAsked(record: OwnedBalancer, nowMs: number): boolean {
  return record.askedAtMs !== undefined && !isInDoubt(record, nowMs);
}

/** Looks at a CLB that takes its time become rarer: many may be made at once. */
export function nextLookMs(
  { askedAtMs }: Pick<OwnedBalancer, 'askedAtMs'>,
  nowMs: number,
  { soonMs, mostMs }: { readonly soonMs: number; readonly mostMs: number },
): number {
  const sinceMs = askedAtMs === undefined ? 0 : nowMs - askedAtMs;
  return Math.min(mostMs, Math.max(soonMs, sinceMs / 8));
}

/**
 * The record by which a CLB is asked for that was not found. While one may be on its way it is asked for again in the
 * same words: then the API knows the token. Other words get another token.
 */
export function recordToAsk(record: OwnedBalancer, wish: BalancerWish, nowMs: number): OwnedBalancer {
  const isSame = JSON.stringify(wish) === JSON.stringify(record.wish);
  if (isSame || isInDoubt(record, nowMs)) return record;
  return { ...record, wish, generation: record.generation + 1, askedAtMs: undefined };
}

/** One that is not found any more: the next one is another, unless it shows before that. */
export function succeeded(record: OwnedBalancer, proof: string): OwnedBalancer {
  const { balancerId, isFound } = record;
  const former = balancerId === undefined ? record.former : { balancerId, proof: record.proof, isFound };
  return { ...nextGeneration(record), proof, isFound: undefined, former };
}

/** Nothing of what was asked for exists: the next one is another. */
export function nextGeneration(record: OwnedBalancer): OwnedBalancer {
  return { ...record, generation: record.generation + 1, askedAtMs: undefined, balancerId: undefined };
}
