import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { balancerIdOf } from './balancer-ref.ts';
import type { Binding, PodSelector } from './binding.ts';
import type { WantedCertificate } from './certificate.ts';
import type { GateWait } from './gate-wait.ts';
import type { IpModes } from './ip-mode.ts';
import type { OwnerCondition } from './owner-condition.ts';
import type { BalancerWish, OwnedBalancer } from './owned-balancer.ts';
import type { Owner } from './owner.ts';
import type { ObjectReference, TkeServiceConfigFacts } from './related-objects.ts';
import type { WantedGroup } from './security-group.ts';

/** Whether an owner asks for us; ours-unless-tke: only where TKE's own controller does not serve it. */
export type Mark = 'ours' | 'ours-unless-tke' | 'not-ours';

/** Whether an owner asks for no change on the CLB; unless-tke: by TKE's word, see isSkipped. */
export type Skip = 'no' | 'yes' | 'unless-tke';

/** A TkeServiceConfig of an owner's own. */
export interface AutoConfig {
  readonly name: string;
  /** undefined: there is none yet. */
  readonly found: TkeServiceConfigFacts | undefined;
}

/** The CLB that an owner asks for which names none. */
export interface NewBalancer {
  readonly wish: BalancerWish;
  /** Why it cannot be made; a CLB that is made already goes on. */
  readonly problem: Finding | undefined;
}

export interface UpstreamFinalizer {
  readonly stands: boolean;
  /** It is to stand beside ours. */
  readonly isWanted: boolean;
  /** It goes when ours goes: nobody else put it there. */
  readonly isOurs: boolean;
}

export const noUpstreamFinalizer: UpstreamFinalizer = { stands: false, isWanted: false, isOurs: false };

/** Pods that are to be targets, and why they cannot be: what the author must change. */
export interface UnboundPods {
  readonly selector: PodSelector;
  readonly finding: Finding;
}

/** What a source makes of one owner when it enters: parsed once, the same for every kind. */
export interface OwnerView extends Owner {
  /** ownerKey */
  readonly key: string;
  readonly createdAtMs: number;
  readonly ending: boolean;
  readonly mark: Mark;
  readonly skip: Skip;
  /** It asks for us and for nobody else, so TKE's word for "skip" speaks to TKE's controller alone. */
  readonly asksByName?: boolean;
  /** What it claims, as far as it can be read. */
  readonly bindings: readonly Binding[];
  /** Guards that its listeners need unless another owner has one there: see guard.ts. */
  readonly guards?: readonly Binding[];
  /** What its author must change. Reported when the owner is ours. */
  readonly findings: readonly Finding[];
  /** What its author must change. Reported in any case. */
  readonly markFindings: readonly Finding[];
  /** What its author should know although everything works. Reported when the owner is ours; nothing waits for it. */
  readonly notices: readonly Finding[];
  /** How long its old places go on after it has moved to another CLB; undefined: as the settings say. */
  readonly moveKeepMs: number | undefined;
  /** How long gates wait for it; undefined: as the settings say. */
  readonly gateWait?: GateWait | undefined;
  /** Which withheld removals a person lets go, as the annotation has it: see core/plan/release-removal.ts. */
  readonly releaseRemoval?: string | undefined;
  /** It asks that the deletion of its pods waits until they are drained. */
  readonly wantsDrain?: boolean;
  /** The pods that it is about, also while its bindings cannot be read. */
  readonly podSelectors: readonly PodSelector[];
  /** Those of them that it asks for and cannot bind: their gates wait. */
  readonly unbound?: readonly UnboundPods[];
  /** The objects that its bindings depend on. */
  readonly references: readonly ObjectReference[];
  /** Those that are to be uploaded for it. */
  readonly certificates?: readonly WantedCertificate[] | undefined;
  /** The security group that the CLB which is made for it is to have. */
  readonly wantedGroup?: WantedGroup | undefined;
  /** The TkeServiceConfig of its own that it asks for; undefined also while it cannot be read. */
  readonly autoConfig?: AutoConfig | undefined;
  /** undefined: it names an existing CLB, or cannot be read. */
  readonly newBalancer?: NewBalancer | undefined;
  /** The CLB that is made for it stays when it goes. */
  readonly keepsBalancer?: boolean;
  /** The record of the CLB that is or was made for it. */
  readonly owned?: OwnedBalancer | undefined;
  /** The CLB that its annotation shows as the one that it uses. Written for people; users can write it too. */
  readonly shownInUse?: string | undefined;
  /** Ids of CLBs where something of this owner may stand, by the records that only we can write. */
  readonly recordedBalancers: readonly string[];
  /** Places of listeners that somebody else made where it may have targets, by the same records: see `readPlaceId`. */
  readonly recordedPlaces: readonly string[];
  /** Opaque: its rules by the same records. A rule is made when it is among them: their change is one of the owner. */
  readonly recordedRules?: readonly string[] | undefined;
  /** What its annotation lists. Written for people; users can write it too. */
  readonly shownBalancers: readonly string[];
  /**
   * Those of `shownBalancers` that an install without records may have written: a look says whether something stands
   * there. Empty once the records are complete.
   */
  readonly unprovenBalancers: readonly string[];
  readonly hasFinalizer: boolean;
  /** A second finalizer, of Kubernetes' own, that goes with ours. */
  readonly upstreamFinalizer: UpstreamFinalizer;
  /** status.loadBalancer.ingress: each an address or a host name. */
  readonly addresses: readonly string[];
  /** How clients inside the cluster reach them. */
  readonly ipModes: IpModes;
  /** Our condition in its status. */
  readonly condition: OwnerCondition | undefined;
  /** false: its kind has none, and only one that is adopted shows it all the same, in an annotation. */
  readonly showsCondition?: boolean;
  /** It asks for direct access, and says that we are not to serve it: TKE's own controller does, where that runs. */
  readonly asksTkeAlone?: boolean;
  /** We cannot read it, and nothing is known of what it wants. */
  readonly isUnread?: true;
  /** There is no such object any more, but a record names it. */
  readonly isGone?: true;
}

/**
 * left-to-tke: it asks for direct access, but TKE's own controller is here and two writers on one CLB lose data. An
 * owner that we serve already stays ours when TKE's controller appears later: a release would cut its traffic.
 */
export type Ownership = 'ours' | 'left-to-tke' | 'not-ours';

export function ownershipOf(
  view: Pick<OwnerView, 'mark' | 'hasFinalizer' | 'recordedBalancers'>,
  tkePresent: boolean,
): Ownership {
  if (view.mark !== 'ours-unless-tke') return view.mark;
  const isServed = view.hasFinalizer || view.recordedBalancers.length > 0;
  return tkePresent && !isServed ? 'left-to-tke' : 'ours';
}

/** TKE's own controller serves it, and opens the gates of its pods, which may be of the same type as ours. */
export function isServedByTke(view: OwnerView, tkePresent: boolean): boolean {
  return ownershipOf(view, tkePresent) === 'left-to-tke' || (tkePresent && view.asksTkeAlone === true);
}

/**
 * Nothing is changed on a CLB for it: no listener, no setting, no target. What asks for us by name keeps TKE's word
 * from the time when TKE's controller ran: without that controller it would freeze all that was handed over to us.
 */
export function isSkipped({ skip, asksByName }: Pick<OwnerView, 'skip' | 'asksByName'>, tkePresent: boolean): boolean {
  return skip === 'yes' || (skip === 'unless-tke' && !tkePresent && asksByName !== true);
}

/** A skipped owner goes, or asks for us no longer: what it has stays on the CLB, and is nobody's here any more. */
export function isLetGo(view: OwnerView, tkePresent: boolean): boolean {
  return isSkipped(view, tkePresent) && !isLiving(view, tkePresent);
}

/** It asks for us and is not going away. */
export function isLiving(view: OwnerView, tkePresent: boolean): boolean {
  return !view.ending && ownershipOf(view, tkePresent) === 'ours';
}

/** It asks for us, is not going away, and something may be done for it. */
export function isWorkedFor(view: OwnerView, tkePresent: boolean): boolean {
  return isLiving(view, tkePresent) && !isSkipped(view, tkePresent);
}

/** Ids of the CLBs that a living owner wants to be on; none when it is going, skipped, not ours, or cannot be read. */
export function wantedBalancers(view: OwnerView, tkePresent: boolean): readonly string[] {
  return isWorkedFor(view, tkePresent) ? [...new Set(namedBalancers(view))] : [];
}

/**
 * Ids of every CLB that has to do with an owner: those it names and those where it may have something. What an object
 * names that does not ask for us costs no look at a CLB.
 */
export function balancersOf(view: OwnerView): readonly string[] {
  const named = view.mark === 'not-ours' ? [] : namedBalancers(view);
  return [...new Set([...named, ...view.recordedBalancers, ...view.unprovenBalancers])];
}

/** The addresses that its bindings list as endpoints. */
export function listedAddresses({ bindings }: Pick<OwnerView, 'bindings'>): readonly string[] {
  const lists = bindings.flatMap(({ backends }) => (backends.mode === 'endpoints' ? (backends.endpoints ?? []) : []));
  return [...new Set(lists.map(({ ip }) => ip))];
}

/** Each as often as it is named. */
export function namedBalancers({ bindings }: Pick<OwnerView, 'bindings'>): readonly string[] {
  return bindings.flatMap(({ balancer }) => balancerIdOf(balancer) ?? []);
}
