import { describePlace, type ListenerPlace, type Place, type RulePlace } from './place.ts';
import type { RuleId } from './redirect.ts';
import type { Certificates, ListenerSettings, LoadBalancerSettings, RuleSettings } from './settings.ts';
import { targetKey, type TargetRef } from './target.ts';

/** Why a step is made, as logs show it. */
export type StepReason =
  | 'wanted'
  | 'settings-changed'
  | 'owner-changed'
  | 'backend-ready'
  | 'backend-unready'
  | 'backend-ending'
  | 'backend-ended'
  | 'backend-vanished'
  | 'backend-unselected'
  | 'address-reused'
  | 'weight-changed'
  | 'makes-room'
  | 'weight-drift'
  | 'not-wanted'
  | 'replaced'
  | 'owner-gone'
  | 'owner-moved';

interface StepBase {
  /** UIDs of the owners that it is made for. */
  readonly owners: readonly string[];
  readonly reason: StepReason;
}

interface BalancerStep extends StepBase {
  readonly place?: undefined;
}

interface ListenerStep extends StepBase {
  readonly place: ListenerPlace;
}

interface RuleStep extends StepBase {
  readonly place: RulePlace;
}

interface TargetStep extends StepBase {
  readonly place: Place;
  readonly target: TargetRef;
}

export interface ModifyLoadBalancer extends BalancerStep {
  readonly kind: 'modify-load-balancer';
  readonly settings: LoadBalancerSettings;
}
export interface CreateListener extends ListenerStep {
  readonly kind: 'create-listener';
  readonly name: string;
  readonly settings: ListenerSettings;
}
export interface ModifyListener extends ListenerStep {
  readonly kind: 'modify-listener';
  readonly listenerId: string;
  /** A new name: the listener passes to another owner. */
  readonly name?: string;
  /** Only what changes; certificates have a step of their own. */
  readonly settings: Omit<ListenerSettings, 'certificates'>;
}
export interface DeleteListener extends ListenerStep {
  readonly kind: 'delete-listener';
  readonly listenerId: string;
}
export interface CreateRule extends RuleStep {
  readonly kind: 'create-rule';
  readonly listenerId: string;
  /** Of a rule for requests by address: the CLB's, which the API takes as the domain. */
  readonly address?: string;
  readonly settings: RuleSettings;
}
export interface ModifyRule extends RuleStep {
  readonly kind: 'modify-rule';
  readonly listenerId: string;
  readonly locationId: string;
  /** As in CreateRule. */
  readonly address?: string;
  /** Only what changes; certificates have a step of their own; so have `isDefault` and `http2`, of the domain. */
  readonly settings: Omit<RuleSettings, 'certificates'>;
}
export interface DeleteRule extends RuleStep {
  readonly kind: 'delete-rule';
  readonly listenerId: string;
  readonly locationId: string;
}
/** From a rule to another one of the CLB. */
export interface CreateRedirect extends RuleStep {
  readonly kind: 'create-redirect';
  readonly listenerId: string;
  readonly locationId: string;
  /** As in CreateRule. */
  readonly address?: string;
  readonly to: RuleId;
  readonly code: number;
  /** See `Redirect`. */
  readonly takesUrl: boolean;
}
export interface DeleteRedirect extends RuleStep {
  readonly kind: 'delete-redirect';
  readonly listenerId: string;
  readonly locationId: string;
  readonly to: RuleId;
}
/** Of a listener, or of a rule's domain. */
export interface SetCertificates extends StepBase {
  readonly kind: 'set-certificates';
  readonly place: Place;
  readonly listenerId: string;
  /** As in CreateRule. */
  readonly address?: string;
  readonly certificates: Certificates;
}
export interface Register extends TargetStep {
  readonly kind: 'register';
  readonly weight: number;
  /** Backend.id */
  readonly tag: string;
  /** Set at a listener that somebody else made: the tag on the cloud also names the cluster. */
  readonly clusterId?: string;
}
export interface SetWeight extends TargetStep {
  readonly kind: 'set-weight';
  readonly weight: number;
}
export interface Deregister extends TargetStep {
  readonly kind: 'deregister';
}

/** One write. A plan is a list of them in the order in which they are applied. */
export type Step =
  | ModifyLoadBalancer
  | CreateListener
  | ModifyListener
  | DeleteListener
  | CreateRule
  | ModifyRule
  | DeleteRule
  | SetCertificates
  | CreateRedirect
  | DeleteRedirect
  | Register
  | SetWeight
  | Deregister;

export type StepKind = Step['kind'];
export type StepOf<K extends StepKind> = Extract<Step, { readonly kind: K }>;

export function isKind<K extends StepKind>(kind: K): (step: Step) => step is StepOf<K> {
  return (step): step is StepOf<K> => step.kind === kind;
}

/** It changes a target, and all of its effect is known beforehand. */
export function isTargetStep({ kind }: Step): boolean {
  return kind === 'register' || kind === 'set-weight' || kind === 'deregister';
}

/** Of those that are about a target, by targetKey. */
export function targetKeysOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => ('target' in step ? [targetKey(step.target)] : []));
}

/** Weight 0 for a pod that ends. */
export function isDrainOfEnding(step: Step): step is SetWeight {
  return step.kind === 'set-weight' && step.weight === 0 && step.reason === 'backend-ending';
}

const rare: ReadonlySet<StepReason> = new Set(['backend-vanished', 'weight-drift', 'owner-moved']);

/**
 * What comes with every change of pods. Anything else is done only by what a look has just shown: so is a registration
 * at a listener of somebody else, who may have registered the same address meanwhile.
 */
export function isRoutine(step: Step): boolean {
  if (step.kind === 'register' && step.clusterId !== undefined) return false;
  return isTargetStep(step) && !rare.has(step.reason);
}

/** Opaque: the same step of the next plan has the same key. For maps only. */
export function stepKey(step: Step): string {
  return JSON.stringify({ ...step, reason: undefined });
}

/** One line for people: "register 10.0.0.1:8080 weight 10 at TCP/80 (backend-ready)". */
export function describeStep(step: Step): string {
  const what = 'target' in step ? ` ${step.target.ip}:${step.target.port}` : '';
  const weight = 'weight' in step ? ` weight ${step.weight}` : '';
  const where = step.place === undefined ? '' : ` at ${describePlace(step.place)}`;
  return `${step.kind}${what}${weight}${where} (${step.reason})`;
}
