import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { TargetAddress } from './target.ts';

/**
 * Where a backend stands in its life. ready: it carries weight, be it a chosen 0. unready: it does not, and an existing
 * target keeps weight 0. ending: it is about to be gone, and its open connections live on at weight 0. idle: nothing
 * that comes is served there, so an existing target gets weight 0 at once, and goes after the drain time. leaving: it
 * serves still, and a person or the autoscaler takes it away, so an existing target goes when others serve.
 */
export type BackendState = 'ready' | 'unready' | 'ending' | 'idle' | 'leaving';

/** What should become a target of a place: a pod or an endpoint; a node port by another resolver. */
export interface Backend extends TargetAddress {
  /**
   * Whose address it is: the UID of a pod, or of the owner that lists an address which is no pod's. Written as the
   * target's tag, so that an address that is used again is noticed.
   */
  readonly id: string;
  readonly weight: number;
  readonly state: BackendState;
  /** UID of the owner that it is bound for. */
  readonly ownerUid: string;
}

/** What a resolver finds for one binding. */
export interface Backends {
  /** One for each address. */
  readonly backends: readonly Backend[];
  /** Whether the binding selects anything at all, also what cannot be a target yet. */
  readonly isEmpty: boolean;
  /** What it has cannot be known now: its targets stay as they are. */
  readonly isUnknown?: true;
  /** What its owner should know: why something that it asks for is no backend. */
  readonly findings?: readonly Finding[];
}

/**
 * Why a target that no binding wants is there. ending: its backend is about to be gone; ended: its backend is seen to
 * end; displaced: its address is another backend's now, or its backend has another one; unselected: its backend lives
 * on; vanished: there is no such backend, and it was not seen to end.
 */
export type Departure = 'ending' | 'ended' | 'displaced' | 'unselected' | 'vanished';
