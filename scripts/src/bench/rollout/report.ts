import { spreadOf } from '../statistics.ts';
import { table } from '../table.ts';

/** One call of the CLB API, as the emulator's call log has it. */
export interface SeenCall {
  readonly atMs: number;
  readonly action: string;
  readonly write: boolean;
  readonly code: string | null;
  readonly request: unknown;
}
/** One change of a target's health; `msToAlive` is set when the target is Alive for the first time. */
export interface SeenHealth {
  readonly atMs: number;
  readonly ip: string;
  readonly msToAlive: number | null;
}
export interface SeenPod {
  readonly ip: string | undefined;
  /** When the gate was seen True, and when the pod was seen to end. */
  readonly gateAtMs: number | undefined;
  readonly endingAtMs: number | undefined;
}
/** Everything that was seen of one rolling update. */
export interface Seen {
  readonly calls: readonly SeenCall[];
  readonly health: readonly SeenHealth[];
  readonly pods: readonly SeenPod[];
  readonly seconds: number;
  readonly requests: number;
  readonly lost: number;
}

interface Delay {
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly maxMs: number;
}

/** What one rolling update amounts to. */
export interface Rollout {
  readonly seconds: number;
  readonly writes: number;
  readonly reads: number;
  readonly refused: number;
  /** By action. */
  readonly calls: Readonly<Record<string, number>>;
  /** From Alive on the CLB until the gate is True. */
  readonly gate: Delay;
  /** From the deletion of a pod until the API has its weight 0. */
  readonly drain: Delay;
  readonly requests: number;
  readonly lost: number;
}

export function rolloutOf({ calls, health, pods, seconds, requests, lost }: Seen): Rollout {
  const writes = calls.filter(({ write }) => write);
  const byAction = Map.groupBy([...writes, ...calls.filter(({ write }) => !write)], ({ action }) => action);
  return {
    seconds,
    writes: writes.length,
    reads: calls.length - writes.length,
    refused: calls.filter(({ code }) => code !== null).length,
    calls: Object.fromEntries([...byAction].map(([action, some]) => [action, some.length])),
    gate: delayOf(pods.flatMap((pod) => gateDelay(pod, health))),
    drain: delayOf(pods.flatMap((pod) => drainDelay(pod, calls))),
    requests,
    lost,
  };
}

function gateDelay({ ip, gateAtMs }: SeenPod, health: readonly SeenHealth[]): readonly number[] {
  const alive = health.find((change) => change.ip === ip && change.msToAlive !== null);
  return alive === undefined || gateAtMs === undefined ? [] : [gateAtMs - alive.atMs];
}

/** The call can be there before we see the pod end. */
function drainDelay({ ip, endingAtMs }: SeenPod, calls: readonly SeenCall[]): readonly number[] {
  const drain = calls.find((call) => call.code === null && ip !== undefined && drains(call, ip));
  return drain === undefined || endingAtMs === undefined ? [] : [Math.max(0, drain.atMs - endingAtMs)];
}

interface WeightRequest {
  readonly ModifyList: readonly { readonly Weight: number; readonly Targets: readonly { readonly EniIp?: string }[] }[];
}

function drains({ action, request }: SeenCall, ip: string): boolean {
  if (action !== 'BatchModifyTargetWeight') return false;
  const { ModifyList: entries } = request as WeightRequest;
  return entries.some(
    ({ Weight: weight, Targets: targets }) => weight === 0 && targets.some((one) => one.EniIp === ip),
  );
}

function delayOf(values: readonly number[]): Delay {
  if (values.length === 0) return { medianMs: 0, p90Ms: 0, maxMs: 0 };
  const sorted = values.toSorted((a, b) => a - b);
  const p90 = sorted[Math.ceil(sorted.length * 0.9) - 1] ?? 0;
  const { median, max } = spreadOf(values);
  return { medianMs: Math.round(median), p90Ms: Math.round(p90), maxMs: Math.round(max) };
}

/** What the last line prints. */
export interface Summary {
  readonly bench: 'rollout';
  readonly pods: number;
  readonly rounds: readonly Rollout[];
  /** Medians of the rounds. */
  readonly figures: Readonly<Record<string, number>>;
}

const goals = { writes: 15, reads: 40, lost: 0 } as const;

export function summarize(pods: number, rounds: readonly Rollout[]): Summary {
  const median = (of: (round: Rollout) => number) => spreadOf(rounds.map(of)).median;
  const actions = [...new Set(rounds.flatMap(({ calls }) => Object.keys(calls)))];
  return {
    bench: 'rollout',
    pods,
    rounds,
    figures: {
      writes: median(({ writes }) => writes),
      reads: median(({ reads }) => reads),
      ...Object.fromEntries(actions.map((action) => [action, median(({ calls }) => calls[action] ?? 0)])),
      refused: median(({ refused }) => refused),
      seconds: median(({ seconds }) => seconds),
      gateMs: median(({ gate }) => gate.medianMs),
      drainMs: median(({ drain }) => drain.medianMs),
      lost: rounds.reduce((sum, { lost }) => sum + lost, 0),
    },
  };
}

/** What people read. */
export function describe({ pods, rounds, figures }: Summary): string {
  const head = ['calls of one rolling update', ...rounds.map((_, index) => `round ${index + 1}`), 'median'];
  const row = (title: string, of: (round: Rollout) => string, median = '') => [title, ...rounds.map(of), median];
  const counts = Object.keys(figures).filter((name) => rounds.some(({ calls }) => name in calls));
  const delay = ({ medianMs, p90Ms, maxMs }: Delay) => `${medianMs}/${p90Ms}/${maxMs}`;
  const total = (name: 'writes' | 'reads' | 'refused' | 'seconds') =>
    row(name === 'refused' ? 'refused' : name, (round) => String(round[name]), String(figures[name]));
  const rows = [
    ...counts.map((name) => row(name, ({ calls }) => String(calls[name] ?? 0), String(figures[name]))),
    ...(['writes', 'reads', 'refused', 'seconds'] as const).map(total),
    row('Alive to gate True, ms (median/p90/most)', ({ gate }) => delay(gate)),
    row('deletion to weight 0, ms (median/p90/most)', ({ drain }) => delay(drain)),
    row('lost requests', ({ lost, requests }) => `${lost}/${requests}`),
  ];
  return `${pods} pods\n${table([head, ...rows])}`;
}

/** Which goals are missed; empty = none. */
export function problemsOf({ figures }: Summary): readonly string[] {
  return Object.entries(goals).flatMap(([name, most]) => {
    const value = figures[name] ?? 0;
    return value <= most ? [] : [`${name}: ${value}, the goal is at most ${most}`];
  });
}
