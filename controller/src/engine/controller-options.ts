import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import type { GatePolicy } from '../core/gate/gate-facts.ts';
import type { AbsenceLimits } from '../core/model/absence.ts';
import type { ClbPort } from '../core/model/clb-port.ts';
import type {
  ClusterChange,
  ClusterClock,
  ClusterView,
  ConfigWriter,
  GateWriter,
  HeldDeletionWriter,
  OwnedWriter,
  OwnerWriter,
  PairReader,
  RecordWriter,
  Reporter,
} from '../core/model/cluster-port.ts';
import type { HandChange } from '../core/plan/hand-change.ts';
import type { PlaceRules } from '../core/plan/place-rules.ts';
import type { Limits } from './facts.ts';
import type { ObservedState } from './observed-state.ts';
import type { CreationRules, OwnedTimes } from './owned-context.ts';
import type { Unneeded } from './sweep.ts';

export interface ControllerOptions {
  readonly clb: ClbPort;
  /** Starts watching; resolves with the caches once they have synced. */
  openCluster(change: ClusterChange): Promise<ClusterView>;
  readonly clock: ClusterClock;
  /** Key of the pod that runs this. */
  readonly ownPod: string;
  readonly gates: GateWriter;
  readonly heldDeletions: HeldDeletionWriter;
  readonly owners: OwnerWriter;
  readonly records: RecordWriter;
  readonly ownedRecords: OwnedWriter;
  readonly creation: CreationRules;
  readonly configs: ConfigWriter;
  /** Reads the pairs of Secrets that are uploaded. */
  readonly pairs: PairReader;
  /** How long a certificate or security group of ours stays that nobody needs; without it 20 s. */
  readonly unneededMs?: number;
  readonly reporter: Reporter;
  readonly clusterId: string;
  /** The cluster's; a CLB of another one is reported. */
  readonly vpcId: string;
  readonly region: string;
  readonly limits: Limits;
  readonly placeRules: PlaceRules;
  /** Without it `absenceLimits`. */
  readonly absence?: AbsenceLimits;
  /** Without it `ownedTimes`. */
  readonly ownedTimes?: OwnedTimes;
  readonly policy: GatePolicy;
  /** Named in an event: what keeps the gate away from a pod. */
  readonly optOutAnnotation: string;
  /** How many looks at CLBs one namespace may begin in a minute; drains do not wait for it. */
  readonly looksPerMinute: number;
  readonly recheckMs: number;
  readonly resyncMs: number;
  readonly log: Log;
  readonly registry: Registry;
  readonly state: ObservedState;
  readonly onOpened: (waitedMs: number) => void;
  /** A change of another writer was undone. */
  readonly onUndone: (what: HandChange['what']) => void;
  /** See `sweep`. */
  readonly sweepDeletes: readonly string[];
  readonly onUnneeded: (unneeded: Unneeded) => void;
  readonly signal: AbortSignal;
}
