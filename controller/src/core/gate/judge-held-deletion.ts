import { drainReason, heldDeletionLifeMs } from '@clb-direct/shared/domain/held-deletion.ts';
import type { BalancerState } from '../model/balancer-state.ts';
import type { HeldDeletionAnswer } from '../model/cluster-port.ts';
import { boundTargetsAt, placesOf, type BoundTarget } from '../model/observed.ts';
import { addressesOf, type HeldDeletion, type PodView } from '../model/pod-view.ts';
import { targetKey } from '../model/target.ts';

export interface HeldDeletionFacts {
  /** By the API server's clock. */
  readonly nowMs: number;
  readonly pod: PodView;
  readonly held: HeldDeletion;
  /** Of every CLB that may have a target of the pod; undefined: it was not looked at yet. */
  readonly states: readonly (BalancerState | undefined)[];
  /** By its record, something that may send to the pod stands on the CLB. */
  readonly isRecorded: (balancerId: string) => boolean;
  /** UIDs of owners in mode skip: what stands for them alone is never lowered. */
  readonly skippedUids: ReadonlySet<string>;
  /**
   * Whether an answer of the CLB has shown what was written of a target, and no other write may still take effect. That
   * it took a write is not enough.
   */
  readonly isVerified: (balancerId: string, targetKey: string) => boolean;
}

type Reason = (typeof drainReason)[keyof typeof drainReason];

export interface HeldDeletionVerdict extends HeldDeletionAnswer {
  readonly reason: Reason;
  readonly recheckMs: number | undefined;
}

/** Whether the CLBs send nothing new to a pod whose deletion waits for that. */
export function judgeHeldDeletion(facts: HeldDeletionFacts): HeldDeletionVerdict {
  const leftMs = facts.held.sinceMs + heldDeletionLifeMs - facts.nowMs;
  if (leftMs <= 0) return { answer: 'over', ...words.over, recheckMs: undefined };
  const verdict = judgeTargets(facts);
  return { ...verdict, recheckMs: verdict.answer === 'drained' ? leftMs : Math.min(leftMs, recheckMs) };
}

/** A look wakes only pods that owners of its CLB select. */
const recheckMs = 1_000;

function judgeTargets(facts: HeldDeletionFacts): Omit<HeldDeletionVerdict, 'recheckMs'> {
  const { states } = facts;
  const known = states.filter((state) => state !== undefined).filter((state) => !mayBeThere(state, facts));
  const own = known.flatMap((state) => targetsOf(state, facts));
  if (own.some(({ mayGetTraffic }) => mayGetTraffic)) return { answer: 'not-yet', ...words.waiting };
  if (known.length < states.length) return { answer: 'not-yet', ...words.unseen };
  return { answer: 'drained', ...(own.length === 0 ? words.nothing : words.drained) };
}

/** One answer that a CLB does not exist may be wrong while it carries traffic, as this process or a record knows. */
function mayBeThere({ id, phase, absence }: BalancerState, { isRecorded }: HeldDeletionFacts): boolean {
  if (phase !== 'absent') return phase === 'unseen';
  return absence?.isProven !== true && (absence?.wasSeen === true || isRecorded(id));
}

/** Those that stand, and those that a call under way may make. */
function targetsOf(
  { id, observed, placed, unconfirmed }: BalancerState,
  { pod, isVerified, skippedUids }: HeldDeletionFacts,
): readonly Sending[] {
  const places = (observed?.listeners ?? []).flatMap(placesOf).filter(([, { ownerUids }]) => {
    return ownerUids.length === 0 || ownerUids.some((uid) => !skippedUids.has(uid));
  });
  const standing = places
    .flatMap(([placeId, place]) => boundTargetsAt(placeId, place))
    .filter((target) => isOf(pod, target));
  const isZero = (target: BoundTarget) =>
    target.weight === 0 && !unconfirmed.has(targetKey(target)) && isVerified(id, targetKey(target));
  const wanted = [...placed.values()]
    .flatMap((place) => place.wanted)
    .filter(({ ip }) => addressesOf(pod).includes(ip));
  return [
    ...standing.map((target) => ({ mayGetTraffic: !isZero(target) })),
    ...wanted.map(() => ({ mayGetTraffic: true })),
  ];
}

interface Sending {
  readonly mayGetTraffic: boolean;
}

function isOf(pod: PodView, target: { readonly ip: string; readonly tag: string | undefined }): boolean {
  return target.tag === pod.uid || (target.tag === undefined && addressesOf(pod).includes(target.ip));
}

const words = {
  over: { reason: drainReason.over, message: 'The pod was not deleted after all, so it carries weight again.' },
  waiting: { reason: drainReason.waiting, message: 'A CLB sends to the pod still.' },
  unseen: { reason: drainReason.unseen, message: 'A CLB that may send to the pod was not looked at yet.' },
  nothing: { reason: drainReason.nothing, message: 'No CLB has a target of the pod.' },
  drained: { reason: drainReason.drained, message: 'Every target of the pod is at weight 0.' },
} as const;
