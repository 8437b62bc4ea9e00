import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { KnownGroup } from '../core/lifecycle/judge-security-groups.ts';
import type { ClbPort } from '../core/model/clb-port.ts';
import type { ClusterView, Reporter } from '../core/model/cluster-port.ts';
import type { SourceGroup } from '../core/model/source-group.ts';

export interface SecurityGroupTimes {
  /** For so long a group stays that nobody wants; between tries to delete one that a CLB has. */
  readonly unneededMs: number;
  /** Between looks while nothing changes. */
  readonly resyncMs: number;
}

export interface SecurityGroupLoopOptions {
  readonly clb: ClbPort;
  readonly cluster: ClusterView;
  readonly reporter: Reporter;
  readonly clusterId: string;
  readonly times: SecurityGroupTimes;
  readonly log: Log;
  /** By a clock that never jumps. */
  readonly monotonicMs: () => number;
}

/** A group whose policies were read, or written, last. */
export interface Verified extends KnownGroup {
  /** contentOf its policies. */
  readonly content: string;
}

/** What is kept from run to run; losing it costs a look, and the wait before a deletion once more. */
export interface SecurityGroupMemory {
  /** By the UID of the owner. */
  readonly known: Map<string, KnownGroup>;
  /** By the UID of the owner. */
  readonly verified: Map<string, Verified>;
  /** By the UID of the owner: those that could not be made or changed. `content`: what was wanted then. */
  readonly pauses: Map<string, { readonly failures: number; readonly untilMs: number; readonly content: string }>;
  /** By id. */
  readonly unneededSinceMs: Map<string, number>;
  /** By id: when it was last told that one which nobody wants was not deleted. */
  readonly warnedAtMs: Map<string, number>;
  /** UIDs of owners that were told something. */
  readonly told: Set<string>;
  /** Groups of ours may stand. */
  mayStand: boolean;
  /** When one was last asked for: until the list has to show it, an empty list says nothing. */
  askedAtMs: number | undefined;
}

export interface SecurityGroupRun extends SecurityGroupLoopOptions {
  readonly memory: SecurityGroupMemory;
  readonly signal: AbortSignal;
}

export function emptySecurityGroupMemory(): SecurityGroupMemory {
  return {
    known: new Map(),
    verified: new Map(),
    pauses: new Map(),
    unneededSinceMs: new Map(),
    warnedAtMs: new Map(),
    told: new Set(),
    mayStand: true,
    askedAtMs: undefined,
  };
}

export function tellGroup(uid: string, group: SourceGroup | undefined, { memory, cluster }: SecurityGroupRun): void {
  if (group === undefined) memory.told.delete(uid);
  else memory.told.add(uid);
  cluster.setSourceGroup(uid, group);
}
