import { subjectOfCall } from '../calls/call-subject.ts';
import type { Call, HealthChange } from './entries.ts';
import type { TargetConnections } from './connection-counts.ts';

/** What calls cost. */
interface CallCount {
  calls: number;
  writes: number;
  /** Answered with an error or not at all. */
  refused: number;
}

interface ActionCount extends CallCount {
  /** How often each result came: OK or an error code. */
  results: Record<string, number>;
  /** Named by its calls: all together, and the most in one call. */
  targets: { total: number; most: number };
  /** Calls that a fault has hit. */
  faulty: number;
}

/** The story of one registration. */
interface TargetStory extends Pick<HealthChange, 'loadBalancerId' | 'listenerId' | 'ruleId' | 'ip' | 'port'> {
  registeredAtMs: number;
  aliveAtMs: number | null;
  msToAlive: number | null;
  changes: { atMs: number; to: string }[];
}

/** Everything that happened in a time, added up. */
export interface Summary {
  untilMs: number;
  /** Where this ends; asking for what is since then, nothing is missed and nothing comes twice. */
  mark: string;
  calls: CallCount & { byAction: Record<string, ActionCount>; byLoadBalancer: Record<string, CallCount> };
  targets: TargetStory[];
  connections: TargetConnections[];
}

function countCalls(calls: readonly Call[]): CallCount {
  return {
    calls: calls.length,
    writes: calls.filter(({ write }) => write).length,
    refused: calls.filter(({ code }) => code !== null).length,
  };
}

function countAction(calls: readonly Call[]): ActionCount {
  const results = Map.groupBy(calls, ({ code }) => code ?? 'OK');
  const targets = calls.reduce(
    ({ total, most }, call) => ({ total: total + call.targets, most: Math.max(most, call.targets) }),
    { total: 0, most: 0 },
  );
  return {
    ...countCalls(calls),
    results: Object.fromEntries([...results].map(([code, own]) => [code, own.length])),
    targets,
    faulty: calls.filter(({ faults }) => faults.length > 0).length,
  };
}

function byLoadBalancer(calls: readonly Call[]): Record<string, CallCount> {
  const pairs = calls.flatMap((call) => subjectOfCall(call.request).loadBalancerIds.map((id) => ({ id, call })));
  const groups = Map.groupBy(pairs, ({ id }) => id);
  return Object.fromEntries([...groups].map(([id, own]) => [id, countCalls(own.map(({ call }) => call))]));
}

function tellTarget(changes: readonly HealthChange[]): TargetStory[] {
  const [first] = changes;
  if (!first) return [];
  const { loadBalancerId, listenerId, ruleId, ip, port, registeredAtMs } = first;
  const alive = changes.find(({ to }) => to === 'Alive');
  return [
    {
      ...{ loadBalancerId, listenerId, ruleId, ip, port, registeredAtMs },
      aliveAtMs: alive?.atMs ?? null,
      msToAlive: alive?.msToAlive ?? null,
      changes: changes.map(({ atMs, to }) => ({ atMs, to })),
    },
  ];
}

interface Happened {
  untilMs: number;
  mark: string;
  calls: readonly Call[];
  healthChanges: readonly HealthChange[];
  connections: TargetConnections[];
}

/** Adds up what happened: what it cost, when targets became what, and who got connections when. */
export function summarize({ untilMs, mark, calls, healthChanges, connections }: Happened): Summary {
  const actions = Map.groupBy(calls, ({ action }) => action);
  const registrations = Map.groupBy(healthChanges, ({ listenerId, ruleId, ip, port, registeredAtMs }) =>
    [listenerId, ruleId, ip, port, registeredAtMs].join(' '),
  );
  return {
    untilMs,
    mark,
    calls: {
      ...countCalls(calls),
      byAction: Object.fromEntries([...actions].map(([action, own]) => [action, countAction(own)])),
      byLoadBalancer: byLoadBalancer(calls),
    },
    targets: [...registrations.values()].flatMap(tellTarget),
    connections,
  };
}
