import { portOn, type Binding } from './binding.ts';
import type { Health, ObservedTarget, TargetRef, TargetSpec } from './clb-port.ts';
import { stageOf, type PodStage, type PodView } from './views.ts';

/** What identifies a target on one CLB. */
export function targetKey(at: TargetRef): string {
  return `${at.listenerId}/${at.ip}:${at.port}`;
}

/** The other way round of targetKey; an IPv6 address has colons too. */
export function refOf(key: string): TargetRef {
  const [slash, colon] = [key.indexOf('/'), key.lastIndexOf(':')];
  return { listenerId: key.slice(0, slash), ip: key.slice(slash + 1, colon), port: Number(key.slice(colon + 1)) };
}

/** The CLB sends to it, as far as its health check goes. Close: the check is off, so being bound is all there is. */
export function isServing(health: Health | undefined): boolean {
  return health === 'Alive' || health === 'Close';
}

const rank: Readonly<Record<PodStage, number>> = { ready: 0, unready: 1, ending: 2, gone: 3 };

/**
 * The targets that the pods behind a binding should be. Ready pods carry weight; a pod that is ending or not ready any
 * more keeps its target at weight 0, so that its connections live on; a pod that never was a target does not become one.
 * An address that two pods claim belongs to the living one.
 */
export function wantedTargets(
  at: { readonly binding: Binding; readonly listenerId: string },
  pods: readonly PodView[],
  observed: ReadonlyMap<string, ObservedTarget>,
  weight: number,
): TargetSpec[] {
  const wanted = new Map<string, TargetSpec>();
  for (const pod of pods.toSorted(byClaim)) {
    const spec = specOf(at, pod, weight);
    if (spec === undefined || wanted.has(targetKey(spec))) continue;
    if (spec.weight > 0 || observed.has(targetKey(spec))) wanted.set(targetKey(spec), spec);
  }
  return [...wanted.values()];
}

/** Of two pods in the same stage the younger one: the older may be on a node that nobody hears from. */
function byClaim(a: PodView, b: PodView): number {
  return rank[stageOf(a)] - rank[stageOf(b)] || b.createdAtMs - a.createdAtMs || (a.uid < b.uid ? -1 : 1);
}

function specOf(
  { binding, listenerId }: { readonly binding: Binding; readonly listenerId: string },
  pod: PodView,
  weight: number,
): TargetSpec | undefined {
  const stage = stageOf(pod);
  const port = portOn(pod, binding);
  if (stage === 'gone' || pod.ip === undefined || pod.hostNetwork || port === undefined) return undefined;
  return { listenerId, ip: pod.ip, port, weight: stage === 'ready' ? weight : 0, tag: pod.uid };
}
