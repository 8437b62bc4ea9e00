import type { ExplainedLoss, Loss, Seen, SeenPod, TargetChange } from './figures.ts';

type Witness = Pick<Seen, 'pods' | 'changes'>;

/** Which pod a request that was lost went to, in which phase of its life, and what follows from that. */
export function explainLoss(loss: Loss, { pods, changes }: Witness): ExplainedLoss {
  const named = pods.filter(({ name }) => name === loss.pod);
  const suspects = named.length > 0 ? named : pods.filter((pod) => isSuspect(pod, loss.atMs, changes));
  if (suspects.length === 0)
    return { ...loss, target: loss.pod ?? 'unknown', phase: 'unknown', cause: causeWithout(loss, { pods, changes }) };
  const [first] = suspects;
  const target = nameSuspects(suspects);
  return { ...loss, target, phase: phaseOf(first, loss.atMs), cause: causeOf(first, loss.atMs, changes) };
}

function nameSuspects(suspects: readonly SeenPod[]): string {
  const names = suspects.slice(0, 2).map(({ name, ip }) => `${name} (${ip ?? 'no address'})`);
  const others = suspects.length - names.length;
  return `${names.join(' or ')}${others > 0 ? ` or ${others} others` : ''}`;
}

/** The CLB may send to it, and it may not answer. */
function isSuspect({ ip, endingAtMs, goneAtMs }: SeenPod, atMs: number, changes: readonly TargetChange[]): boolean {
  const isEnding = (endingAtMs ?? Infinity) <= atMs || (goneAtMs ?? Infinity) <= atMs;
  return isEnding && takesNew(ip, atMs, changes);
}

/** By the last change before that time. */
function takesNew(ip: string | undefined, atMs: number, changes: readonly TargetChange[]): boolean {
  const before = changes.filter((change) => change.ip === ip && change.atMs <= atMs);
  const last = (what: readonly TargetChange['what'][]) => before.findLast((change) => what.includes(change.what))?.what;
  const isOn = ['registered', 'weight'].includes(last(['registered', 'weight', 'weight 0', 'deregistered']) ?? '');
  return isOn && last(['Alive', 'Dead']) === 'Alive';
}

function phaseOf(pod: SeenPod | undefined, atMs: number): string {
  if (pod === undefined) return 'unknown';
  const reached = (time: number | undefined) => time !== undefined && time <= atMs;
  if (reached(pod.goneAtMs)) return `gone for ${atMs - (pod.goneAtMs ?? 0)} ms`;
  if (reached(pod.endingAtMs)) return `ending for ${atMs - (pod.endingAtMs ?? 0)} ms`;
  if (reached(pod.readyAtMs)) return `ready for ${atMs - (pod.readyAtMs ?? 0)} ms`;
  return reached(pod.containersReadyAtMs) ? 'containers ready, gate closed' : 'starting';
}

function causeOf(pod: SeenPod | undefined, atMs: number, changes: readonly TargetChange[]): string {
  const zero = changes.find((change) => change.ip === pod?.ip && change.what === 'weight 0');
  if (pod?.endingAtMs === undefined || pod.endingAtMs > atMs) return 'the pod did not end; it did not answer';
  if (zero === undefined) return 'the CLB never had its weight 0';
  if (zero.atMs > atMs) return `its application stopped ${zero.atMs - atMs} ms or more before the CLB had its weight 0`;
  return `the CLB had its weight 0 for ${atMs - zero.atMs} ms; the request was on an open connection, or on its way`;
}

function causeWithout({ atMs }: Loss, { pods, changes }: Witness): string {
  const serving = pods.filter(({ ip }) => takesNew(ip, atMs, changes));
  if (serving.length === 0) return 'the CLB sent to no target: none was Alive with a weight';
  const unknown = 'unknown: every target that the CLB sent to had a pod that did not end';
  const restarted = pods.find(({ restartedAtMs = Infinity }) => Math.abs(restartedAtMs - atMs) < aroundMs);
  if (restarted !== undefined) return `a container of ${restarted.name} was started anew`;
  const [oldest] = pods.filter((pod) => isLeaving(pod, atMs)).toSorted((a, b) => endOf(a) - endOf(b));
  // What was open when its application ended may have come from before the weight 0.
  if (oldest === undefined) return unknown;
  return `${unknown}; at weight 0${sinceWhen(oldest, atMs, changes)} ${oldest.name} was ${phaseOf(oldest, atMs)}`;
}

/** What the call asked for takes a moment more. */
function sinceWhen({ ip }: SeenPod, atMs: number, changes: readonly TargetChange[]): string {
  const zero = changes.findLast((change) => change.ip === ip && change.what === 'weight 0' && change.atMs <= atMs);
  return zero === undefined ? '' : `, asked for ${atMs - zero.atMs} ms before,`;
}

/** A container that crashes is seen to be started anew a while later. */
const aroundMs = 15_000;

/** Still there, or gone for less than a second. */
function isLeaving(pod: SeenPod, atMs: number): boolean {
  return endOf(pod) <= atMs && (pod.goneAtMs ?? Infinity) > atMs - 1_000;
}

function endOf({ endingAtMs = Infinity }: SeenPod): number {
  return endingAtMs;
}
