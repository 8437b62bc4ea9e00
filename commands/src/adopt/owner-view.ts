import { readCondition } from '@clb-direct/shared/domain/annotated-condition.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation, loadBalancerClass, serviceCondition, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { adoptedKinds, type AdoptedKind } from './adopted-kinds.ts';

/** A Service or an Ingress as the API server has it, as far as an adoption needs it. */
export interface RawOwner {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec?: { readonly type?: string; readonly loadBalancerClass?: string };
  readonly status?: { readonly conditions?: readonly (Condition & { readonly type: string })[] };
}

export interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Our condition; of an Ingress, whose status has none, it is in an annotation. */
export function conditionOf({ metadata, status }: RawOwner): Condition | undefined {
  const found = status?.conditions?.find(({ type }) => type === serviceCondition);
  const written = readCondition(metadata.annotations?.[annotation.condition]);
  return found ?? (written?.reason === '' ? undefined : written);
}

/** The CLB that the object asks for by itself, also where it asks only for the plan. */
export function askedId({ metadata: { annotations = {} } }: RawOwner): string | undefined {
  return annotations[annotation.adopt]?.replace(/^plan +/, '');
}

/** The controller has begun, or has done it. */
export function isAdopted({ metadata: { annotations = {}, finalizers = [] } }: RawOwner): boolean {
  const value = annotations[annotation.adopt] ?? 'plan';
  return finalizers.includes(serviceFinalizer) && !value.startsWith('plan');
}

/** The CLB to be adopted: the one that is asked for, or the one that TKE's controller wrote on the object. */
export function balancerOf(owner: RawOwner, kind: AdoptedKind, asked: string | undefined): string {
  const written = owner.metadata.annotations?.[adoptedKinds[kind].loadBalancerId];
  return asked ?? askedId(owner) ?? written ?? '';
}

/** Why there is nothing to ask the controller; what it judges itself is left to it. */
export function problemOf(owner: RawOwner, kind: AdoptedKind, balancerId: string): string | undefined {
  return [
    endingProblem(owner),
    kind === 'Service' ? serviceProblem(owner) : ingressProblem(owner, balancerId),
    modeProblem(owner),
    servedProblem(owner),
    adoptedProblem(owner, balancerId),
    idProblem(kind, balancerId),
  ].find((problem) => problem !== undefined);
}

function endingProblem({ metadata }: RawOwner): string | undefined {
  return metadata.deletionTimestamp === undefined ? undefined : 'it is being deleted';
}

function serviceProblem({ metadata: { annotations = {} }, spec = {} }: RawOwner): string | undefined {
  const { type = 'ClusterIP', loadBalancerClass: name = loadBalancerClass } = spec;
  if (type !== 'LoadBalancer') return `its type is ${safeText(type)}, not LoadBalancer`;
  if (name !== loadBalancerClass) return `its loadBalancerClass ${safeText(name)} belongs to another controller`;
  return namedProblem(annotations);
}

/** Services share such a CLB. TKE's controller shows it as one that it made: only the tags tell them apart. */
function namedProblem(annotations: Readonly<Record<string, string>>): string | undefined {
  const { existingLoadBalancer, loadBalancerId, tkeMode } = annotation;
  const existing = annotations[existingLoadBalancer] ?? '';
  if (existing === '') return undefined;
  const problem =
    `it names ${safeText(existing)} in ${existingLoadBalancer}: ` +
    'what a Service names may be shared, and is not adopted';
  if (annotations[loadBalancerId] !== existing) return problem;
  return (
    `${problem}. If TKE made ${safeText(existing)} for it, write ${tkeMode}: "skip", and then remove ` +
    existingLoadBalancer
  );
}

/** One that it names is adopted as well: TKE lets no other Ingress use it. */
function ingressProblem({ metadata: { annotations = {} } }: RawOwner, balancerId: string): string | undefined {
  const existing = annotations[ingressAnnotation.existingLoadBalancer]?.trim() ?? '';
  if (existing === '' || existing === balancerId) return undefined;
  return `it names ${safeText(existing)} in ${ingressAnnotation.existingLoadBalancer}, and not ${safeText(balancerId)}`;
}

function modeProblem({ metadata: { annotations = {} } }: RawOwner): string | undefined {
  return annotations[annotation.mode] === undefined ? undefined : `remove its annotation ${annotation.mode} first`;
}

function servedProblem({ metadata: { annotations = {}, finalizers = [] } }: RawOwner): string | undefined {
  const isServed = finalizers.includes(serviceFinalizer) && annotations[annotation.adopt] === undefined;
  return isServed ? 'clb-direct serves it already, with another CLB' : undefined;
}

/** To ask for another one would let go of the CLB whose address clients know. */
function adoptedProblem(owner: RawOwner, balancerId: string): string | undefined {
  const adopted = askedId(owner) ?? '';
  if (!isAdopted(owner) || adopted === balancerId) return undefined;
  return (
    `it has adopted ${safeText(adopted)}, and not ${safeText(balancerId)}: docs/operations.md, "Moving a Service to ` +
    'another CLB", says how it leaves one'
  );
}

function idProblem(kind: AdoptedKind, balancerId: string): string | undefined {
  if (/^lb-[a-z0-9]{1,32}$/.test(balancerId)) return undefined;
  const { loadBalancerId } = adoptedKinds[kind];
  return `annotation ${loadBalancerId} has no id of a CLB: name it with --load-balancer lb-…`;
}
