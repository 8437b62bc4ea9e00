import { annotation, loadBalancerClass, serviceCondition, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';

/** A Service as the API server has it, as far as an adoption needs it. */
export interface RawService {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec?: { readonly type?: string; readonly loadBalancerClass?: string };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Our condition. */
export function conditionOf({ status }: RawService): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === serviceCondition);
}

/** The CLB to be adopted: the one that is asked for, or the one that TKE's controller wrote on the Service. */
export function balancerOf({ metadata: { annotations = {} } }: RawService, asked: string | undefined): string {
  return asked ?? annotations[annotation.adopt]?.replace(/^plan +/, '') ?? annotations[annotation.loadBalancerId] ?? '';
}

/** Why there is nothing to ask the controller; what it judges itself is left to it. */
export function problemOf(service: RawService, balancerId: string): string | undefined {
  return [kindProblem(service), annotationProblem(service), servedProblem(service), idProblem(balancerId)].find(
    (problem) => problem !== undefined,
  );
}

function kindProblem({ metadata, spec = {} }: RawService): string | undefined {
  const { type = 'ClusterIP', loadBalancerClass: name = loadBalancerClass } = spec;
  if (metadata.deletionTimestamp !== undefined) return 'it is being deleted';
  if (type !== 'LoadBalancer') return `its type is ${safeText(type)}, not LoadBalancer`;
  return name === loadBalancerClass
    ? undefined
    : `its loadBalancerClass ${safeText(name)} belongs to another controller`;
}

function annotationProblem({ metadata: { annotations = {} } }: RawService): string | undefined {
  const existing = annotations[annotation.existingLoadBalancer] ?? '';
  if (existing !== '')
    return `it names ${safeText(existing)} in ${annotation.existingLoadBalancer}: TKE made no CLB for it`;
  return annotations[annotation.mode] === undefined ? undefined : `remove its annotation ${annotation.mode} first`;
}

function servedProblem({ metadata: { annotations = {}, finalizers = [] } }: RawService): string | undefined {
  const isServed = finalizers.includes(serviceFinalizer) && annotations[annotation.adopt] === undefined;
  return isServed ? 'clb-direct serves it already, with another CLB' : undefined;
}

function idProblem(balancerId: string): string | undefined {
  if (/^lb-[a-z0-9]{1,32}$/.test(balancerId)) return undefined;
  return `annotation ${annotation.loadBalancerId} has no id of a CLB: name it with --load-balancer lb-…`;
}
