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

/** The CLB to be adopted: the one that is asked for, or the one that TKE's controller wrote on the object. */
export function balancerOf(
  { metadata: { annotations = {} } }: RawOwner,
  kind: AdoptedKind,
  asked: string | undefined,
): string {
  const written = annotations[adoptedKinds[kind].loadBalancerId];
  return asked ?? annotations[annotation.adopt]?.replace(/^plan +/, '') ?? written ?? '';
}

/** Why there is nothing to ask the controller; what it judges itself is left to it. */
export function problemOf(owner: RawOwner, kind: AdoptedKind, balancerId: string): string | undefined {
  return [
    endingProblem(owner),
    kind === 'Service' ? serviceProblem(owner) : ingressProblem(owner, balancerId),
    modeProblem(owner),
    servedProblem(owner),
    idProblem(kind, balancerId),
  ].find((problem) => problem !== undefined);
}

function endingProblem({ metadata }: RawOwner): string | undefined {
  return metadata.deletionTimestamp === undefined ? undefined : 'it is being deleted';
}

function serviceProblem({ metadata: { annotations = {} }, spec = {} }: RawOwner): string | undefined {
  const { type = 'ClusterIP', loadBalancerClass: name = loadBalancerClass } = spec;
  const existing = annotations[annotation.existingLoadBalancer] ?? '';
  if (type !== 'LoadBalancer') return `its type is ${safeText(type)}, not LoadBalancer`;
  if (name !== loadBalancerClass) return `its loadBalancerClass ${safeText(name)} belongs to another controller`;
  if (existing === '') return undefined;
  return `it names ${safeText(existing)} in ${annotation.existingLoadBalancer}: TKE made no CLB for it`;
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

function idProblem(kind: AdoptedKind, balancerId: string): string | undefined {
  if (/^lb-[a-z0-9]{1,32}$/.test(balancerId)) return undefined;
  const { loadBalancerId } = adoptedKinds[kind];
  return `annotation ${loadBalancerId} has no id of a CLB: name it with --load-balancer lb-…`;
}
