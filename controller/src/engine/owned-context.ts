import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { AbsenceLimits } from '../core/model/absence.ts';
import type { ClbPort } from '../core/model/clb-port.ts';
import type { ClusterView, OwnedWriter, Reporter } from '../core/model/cluster-port.ts';
import type { OwnedBalancer } from '../core/model/owned-balancer.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { unmadeKey } from '../core/model/balancer-ref.ts';
import { unseen } from '../core/model/balancer-state.ts';
import { emptyMemory } from '../core/plan/memory.ts';
import type { ObservedState } from './observed-state.ts';

/** Which CLBs may be made. */
export interface CreationRules {
  readonly kinds: 'any' | 'private' | 'none';
  readonly mostPerNamespace: number;
}

export interface OwnedTimes {
  /** Between looks at a CLB that is being made. */
  readonly soonMs: number;
  /** After a refusal; it doubles with each one. */
  readonly firstMs: number;
  readonly mostMs: number;
}

export const ownedTimes: OwnedTimes = { soonMs: 2_000, firstMs: 5_000, mostMs: 120_000 };

export interface OwnedLoopOptions {
  readonly clb: ClbPort;
  readonly cluster: ClusterView;
  readonly ownedRecords: OwnedWriter;
  readonly reporter: Reporter;
  readonly state: ObservedState;
  readonly log: Log;
  readonly creation: CreationRules;
  readonly clusterId: string;
  readonly vpcId: string;
  readonly region: string;
  readonly absenceLimits: AbsenceLimits;
  readonly times: OwnedTimes;
  /** Makes a text that nobody can guess. */
  readonly newProof: () => string;
  /** Owner and gates show something new about the CLB that is made for the owner. */
  readonly onShown: (owner: OwnerView) => void;
  /** By the API server's clock. */
  readonly nowMs: () => number;
  /** By a clock that never jumps. */
  readonly monotonicMs: () => number;
}

/** Shows on the owner and in the gates why there is no CLB; undefined: there is one, or nothing is in its way. */
export function showUnmade(owner: OwnerView, finding: Finding | undefined, options: OwnedLoopOptions): void {
  const { state, reporter, onShown } = options;
  const key = unmadeKey(owner);
  const before = state.of(key)?.trouble;
  if (finding === undefined) state.forget(key);
  else {
    state.set({ ...unseen(key), phase: 'absent', trouble: finding }, emptyMemory);
    reporter.aboutOwner(owner, finding);
  }
  if (before?.message !== finding?.message) onShown(owner);
}

/** As logs name it. */
export function describeRecord({ owner, balancerId, generation }: OwnedBalancer) {
  const { kind, namespace, name, uid } = owner;
  return { owner: `${kind}/${namespace}/${name}`, uid, loadBalancer: balancerId, generation };
}
