import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { GateCondition } from '@clb-direct/shared/domain/gate.ts';
import type { ReachRules } from '@clb-direct/shared/domain/reach.ts';
import type { OwnerCondition } from './owner-condition.ts';
import type { Owner } from './owner.ts';
import type { AutoConfig, OwnerView } from './owner-view.ts';
import type { KeyPair } from './certificate.ts';
import type { SourceGroup } from './source-group.ts';
import type { Upload } from './tls-pair.ts';
import type { ObjectReference } from './related-objects.ts';
import type { PodSelector } from './binding.ts';
import type { PodView } from './pod-view.ts';
import type { OwnedBalancer } from './owned-balancer.ts';
import type { BalancerRecord, RecordedOwner, RecordEntry } from './record.ts';

/** What the loops see of the cluster: caches that have synced. */
export interface ClusterView extends OwnerIndex, RecordIndex {
  pod(key: string): PodView | undefined;
  pods(): Iterable<PodView>;
  podsSelectedBy(selector: PodSelector): readonly PodView[];
  /** Those of a namespace of which something is to be judged: see `isAwaited`. */
  podsAwaitedIn(namespace: string): readonly PodView[];
  podsAt(ip: string): readonly PodView[];
  podWithUid(uid: string): PodView | undefined;
  owners(): Iterable<OwnerView>;
  /** By ownerKey. */
  owner(key: string): OwnerView | undefined;
  /** Which pods CLBs reach directly. */
  reachRules(): ReachRules;
  /** TKE's own service controller looks present. */
  tkePresent(): boolean;
  /** Owners that are to be served with this certificate are read again; undefined: nothing is known of it. */
  setUpload(fingerprint: string, upload: Upload | undefined): void;
  /** The owner with this UID is read again; undefined: nothing is known of its group. */
  setSourceGroup(ownerUid: string, group: SourceGroup | undefined): void;
}

/** The API server's clock, by which creation times are written. This node's may be off. */
export interface ClusterClock {
  nowMs(): number;
  /** How far it is ahead of this node's; undefined before the API server's first answer. */
  offsetMs(): number | undefined;
}

/** Which owners have to do with something; each answer is an index, not a scan of all owners. */
export interface OwnerIndex {
  /** Also those that only a record knows any more. */
  ownersOn(balancerId: string): readonly OwnerView[];
  ownersSelecting(pod: PodView): readonly OwnerView[];
  /** Those that list the address as an endpoint. */
  ownersListing(ip: string): readonly OwnerView[];
  ownersReferringTo(reference: ObjectReference): readonly OwnerView[];
}

/**
 * Ids of the CLBs that may have listeners of ours of which no record tells. None: every listener was recorded once, and
 * what annotations show is not read any more.
 */
export type Unsearched = 'all' | ReadonlySet<string>;

/** Who may have something on which CLB, and who had it a moment ago. */
export interface RecordIndex {
  recordOf(balancerId: string): BalancerRecord | undefined;
  /** Of every owner that has or had this ownerKey; they differ by their UIDs. */
  recordEntriesOf(ownerKey: string): readonly RecordEntry[];
  recordEntries(): Iterable<RecordEntry>;
  /** Records of CLBs that are made for owners with this ownerKey; they differ by their UIDs. */
  ownedOf(ownerKey: string): readonly OwnedBalancer[];
  /** Of the CLB with this id. */
  ownedAt(balancerId: string): OwnedBalancer | undefined;
  ownedBalancers(): Iterable<OwnedBalancer>;
  /** Records of CLBs that stayed when their owners left them; no other index has them. */
  leftBalancers(): Iterable<OwnedBalancer>;
  unsearched(): Unsearched;
  setUnsearched(unsearched: Unsearched): void;
}

/** A change of the cluster: what is now, and what was before. */
export interface ClusterChange {
  readonly pods: (now: PodView | undefined, before: PodView | undefined) => void;
  readonly owners: (now: OwnerView | undefined, before: OwnerView | undefined) => void;
  readonly tke: () => void;
}

export interface GateWriter {
  /** Writes one condition, provided that the pod is still the one with this UID; a pod that is gone is no error. */
  write(pod: PodView, condition: GateCondition, signal: AbortSignal): Promise<void>;
}

/** What we answer to a deletion that is held for a pod's drain. */
export interface HeldDeletionAnswer {
  /** over: it is not held any more. */
  readonly answer: 'drained' | 'not-yet' | 'over';
  readonly reason: string;
  readonly message: string;
}

export interface HeldDeletionWriter {
  /** A pod that is gone or was replaced is no error. */
  answer(pod: PodView, answer: HeldDeletionAnswer, signal: AbortSignal): Promise<void>;
  /** Tells the webhook whether a Service asks that the pod's deletion waits. */
  ask(pod: PodView, isAsked: boolean, signal: AbortSignal): Promise<void>;
}

/** An owner, and the condition that it has. */
export type ConditionHolder = Owner & Pick<OwnerView, 'condition'>;

export type FinalizerHolder = Owner & Pick<OwnerView, 'upstreamFinalizer' | 'ending' | 'shownInUse'>;

/** What people see on an owner beside its address and its condition. */
export interface Shown {
  /** The CLBs where something of it may stand. */
  readonly balancerIds: readonly string[];
  readonly finalizer: boolean;
  /** The CLB that it uses. */
  readonly inUse: string | undefined;
}

/** An owner, and how clients inside the cluster are to reach its addresses. */
export type AddressHolder = Owner & Pick<OwnerView, 'ipModes'>;

/** Writes to owners; an owner that is gone is no error. */
export interface OwnerWriter {
  /** Adds or removes the finalizers and the annotations that show the CLBs to people. */
  show(owner: FinalizerHolder, shown: Shown, signal: AbortSignal): Promise<void>;
  /** Writes status.loadBalancer, where clients look. */
  publishAddresses(owner: AddressHolder, addresses: readonly string[], signal: AbortSignal): Promise<void>;
  /** Writes our condition into its status; undefined removes it. */
  writeCondition(owner: ConditionHolder, condition: OwnerCondition | undefined, signal: AbortSignal): Promise<void>;
}

/** A TkeServiceConfig that belongs to an owner, and the spec that it is to have. */
export interface OwnedConfig extends AutoConfig {
  readonly next: unknown;
}

/** Why the API server does not take a write. */
export interface ConfigRefusal {
  /** The right is missing, or somebody's policy is against it. */
  readonly isForbidden: boolean;
  readonly message: string;
}

export interface ConfigWriter {
  /** A config that changed meanwhile is left alone, and is no error. */
  write(owner: Owner, config: OwnedConfig, signal: AbortSignal): Promise<ConfigRefusal | undefined>;
}

export interface PairReader {
  /** Undefined: there is no such Secret, or it has no pair that can be used. */
  read(secret: ObjectReference<'Secret'>, signal: AbortSignal): Promise<KeyPair | undefined>;
}

/** Writes the records, one owner at a time. */
export interface RecordWriter {
  /** Adds the owner to the record of the CLB, or replaces what the record says of it. */
  put(balancerId: string, owner: RecordedOwner, signal: AbortSignal): Promise<void>;
  remove(balancerId: string, uid: string, signal: AbortSignal): Promise<void>;
  /** Remembers that all are there, and for which CLBs: one that is deleted later is missed at the next start. */
  markComplete(balancerIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Of this CLB no record is missed any more. */
  unmark(balancerId: string, signal: AbortSignal): Promise<void>;
}

/** Writes the records of CLBs that are made for owners. A record that is not as it was read is an error. */
export interface OwnedWriter {
  /** Without a version it must not be there yet. Returns what is written, with its version. */
  put(record: OwnedBalancer, signal: AbortSignal): Promise<OwnedBalancer>;
  remove(record: OwnedBalancer, signal: AbortSignal): Promise<void>;
}

/** Shows findings to people. */
export interface Reporter {
  /** `details` are fields of the log line. */
  aboutPod(pod: PodView, finding: Finding, details?: Readonly<Record<string, unknown>>): void;
  aboutOwner(owner: Owner, finding: Finding): void;
}
