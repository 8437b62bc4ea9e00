import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { GateCondition } from '@clb-direct/shared/domain/gate.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import type { GateFacts, GatePolicy, Unbound } from '../core/gate/gate-facts.ts';
import { judgeGate, type GateVerdict } from '../core/gate/judge-gate.ts';
import type { KeptPlace } from '../core/gate/kept-place.ts';
import type { BalancerState } from '../core/model/balancer-state.ts';
import { stateKeyOf } from '../core/model/balancer-ref.ts';
import { isPodBinding, selects, type Binding } from '../core/model/binding.ts';
import type { ClusterView, GateWriter, Reporter } from '../core/model/cluster-port.ts';
import { isServedByTke, isSkipped, ownershipOf, type OwnerView } from '../core/model/owner-view.ts';
import { hasClosedGate, isLeaving, type PodView } from '../core/model/pod-view.ts';
import { untilRedirected } from '../core/plan/redirected-places.ts';
import type { ObservedState } from './observed-state.ts';
import { podsBeforeNodes } from './pods-before-nodes.ts';

export interface GateLoopOptions {
  readonly cluster: ClusterView;
  readonly state: ObservedState;
  readonly gates: GateWriter;
  readonly reporter: Reporter;
  readonly log: Log;
  readonly policy: GatePolicy;
  /** By the API server's clock. */
  readonly nowMs: () => number;
  /** The pod's gate was opened, so many milliseconds after the containers were ready. */
  readonly onOpened: (waitedMs: number, pod: PodView) => void;
}

/**
 * Reconciles the gate of one pod: read the observed state, judge, write one condition. A gate that is open stays open.
 */
export function createGateLoop(options: GateLoopOptions): (key: string, signal: AbortSignal) => Promise<Outcome> {
  return async (key, signal) => {
    const pod = options.cluster.pod(key);
    if (pod === undefined || !hasClosedGate(pod) || isLeaving(pod) || pod.finished) return { kind: 'settled' };
    const verdict = judgeGate(gateFacts(pod, options));
    await carryOut(pod, verdict, { ...options, signal });
    return verdict.recheckMs === undefined ? { kind: 'settled' } : { kind: 'recheck', afterMs: verdict.recheckMs };
  };
}

type Context = GateLoopOptions & { readonly signal: AbortSignal };

async function carryOut(pod: PodView, { condition, finding }: GateVerdict, context: Context): Promise<void> {
  if (condition === 'leave') return;
  const isNew = !sameCondition(condition, pod.gate);
  if (isNew) await context.gates.write(pod, condition, context.signal);
  if (condition.status === 'True') {
    if (isNew) reportOpened(pod, finding, context);
    return;
  }
  context.log.debug({ pod: pod.key, ...condition }, 'the gate waits');
  if (finding !== undefined) context.reporter.aboutPod(pod, finding);
}

function gateFacts(pod: PodView, { cluster, state, policy, nowMs }: GateLoopOptions): GateFacts {
  const owners = cluster.ownersSelecting(pod).filter(({ ending }) => !ending);
  const ownerships = Map.groupBy(owners, (owner) => ownershipOf(owner, cluster.tkePresent()));
  const isSkippedNow = (owner: OwnerView) => isSkipped(owner, cluster.tkePresent());
  const all = ownerships.get('ours') ?? [];
  const [skipped, ours] = [all.filter(isSkippedNow), all.filter((owner) => !isSkippedNow(owner))];
  return {
    nowMs: nowMs(),
    pod,
    bindings: ours
      .flatMap(({ bindings }) => bindings.map((binding) => asItServes(binding, state)))
      .filter(isPodBinding)
      .filter(({ backends }) => selects(backends.selector, pod)),
    kept: ours.flatMap((owner) => keptPlaces(owner, pod, state)),
    unbound: ours.flatMap((owner) => [...unboundBy(owner, pod), ...podsBeforeNodes(owner, pod, { cluster, state })]),
    skipped,
    waits: new Map(ours.flatMap(({ uid, gateWait }) => (gateWait === undefined ? [] : [[uid, gateWait]]))),
    leftToTke: owners.some((owner) => isServedByTke(owner, cluster.tkePresent())),
    stateOf: (id) => state.of(id),
    reach: cluster.reachRules(),
    policy,
  };
}

/** What is to redirect serves its pods until the redirect stands. */
function asItServes(binding: Binding, state: ObservedState): Binding {
  const observed = state.of(stateKeyOf(binding.balancer))?.observed;
  return observed === undefined ? binding : untilRedirected(binding, observed);
}

/** Owners that moved: what they keep on the CLBs that they have left. */
function keptPlaces(owner: OwnerView, pod: PodView, state: ObservedState): readonly KeptPlace[] {
  const named = new Set(owner.bindings.map(({ balancer }) => stateKeyOf(balancer)));
  const left = owner.bindings.length === 0 ? [] : owner.recordedBalancers.filter((id) => !named.has(id));
  return left.flatMap((id): readonly KeptPlace[] => {
    const old = state.of(id);
    if (isUnknown(old)) return [{ owner, state: old, kept: undefined }];
    return (old?.kept ?? []).flatMap(({ binding: asAsked, keepMs }) => {
      const binding = asItServes(asAsked, state);
      const isOwn = binding.owner.uid === owner.uid && isPodBinding(binding) && selects(binding.backends.selector, pod);
      return isOwn ? [{ owner, state: old, kept: { binding, keepMs } }] : [];
    });
  });
}

/** A look will say what it keeps; that it was not found once says nothing. */
function isUnknown(old: BalancerState | undefined): boolean {
  if (old?.phase === 'absent') return old.absence?.wasSeen === true && !old.absence.isProven;
  return old === undefined || (old.phase === 'unseen' && old.trouble === undefined);
}

function unboundBy(owner: OwnerView, pod: PodView): readonly Unbound[] {
  if (owner.bindings.length === 0) return [{ owner, finding: owner.findings[0] }];
  const { unbound = [] } = owner;
  return unbound.filter(({ selector }) => selects(selector, pod)).map(({ finding }) => ({ owner, finding }));
}

function sameCondition(a: GateCondition, b: PodView['gate']): boolean {
  return typeof b === 'object' && a.status === b.status && a.reason === b.reason && a.message === b.message;
}

function reportOpened(
  pod: PodView,
  finding: Finding | undefined,
  { nowMs, onOpened, reporter }: GateLoopOptions,
): void {
  const waitedMs = Math.max(0, nowMs() - (pod.containersReadyAtMs ?? pod.createdAtMs));
  onOpened(waitedMs, pod);
  if (finding !== undefined) reporter.aboutPod(pod, finding, { waitedMs });
}
