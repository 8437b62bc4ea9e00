import type { TargetChange } from '../figures.ts';

/** One call, as the emulator's call log has it. */
export interface Call {
  readonly endMs: number;
  readonly action: string;
  readonly loadBalancerId: string | null;
  readonly code: string | null;
  readonly request: unknown;
  readonly faults?: readonly string[];
}

export interface HealthChange {
  readonly atMs: number;
  readonly loadBalancerId: string;
  readonly ip: string;
  readonly to: string;
}

interface Addressed {
  readonly EniIp?: string;
  readonly Weight?: number;
}

interface Batch {
  readonly Targets?: readonly Addressed[];
  readonly ModifyList?: readonly { readonly Weight?: number; readonly Targets?: readonly Addressed[] }[];
}

/** A fault made the CLB say that it has done it, and do nothing. */
const isSilent = ({ faults = [] }: Call) => faults.some((name) => name.includes('silent'));

/** When the CLB did which change, as far as its calls say. */
export function changesOf(calls: readonly Call[], healths: readonly HealthChange[]): readonly TargetChange[] {
  const done = calls.filter((call) => call.code === null && !isSilent(call));
  const health = healths.flatMap(({ atMs, ip, to }): readonly TargetChange[] => {
    return to === 'Alive' || to === 'Dead' ? [{ atMs, ip, what: to }] : [];
  });
  return [...done.flatMap(changesBy), ...health].toSorted((a, b) => a.atMs - b.atMs);
}

function changesBy({ endMs: atMs, action, request }: Call): readonly TargetChange[] {
  const { Targets: targets = [], ModifyList: entries = [] } = request as Batch;
  const changes = (some: readonly Addressed[], what: TargetChange['what']) =>
    some.flatMap(({ EniIp: ip }): readonly TargetChange[] => (ip === undefined ? [] : [{ atMs, ip, what }]));
  if (action === 'BatchRegisterTargets') return changes(targets, 'registered');
  if (action === 'BatchDeregisterTargets') return changes(targets, 'deregistered');
  if (action !== 'BatchModifyTargetWeight') return [];
  return entries.flatMap(({ Weight: weight, Targets: some = [] }) =>
    changes(some, weight === 0 ? 'weight 0' : 'weight'),
  );
}
