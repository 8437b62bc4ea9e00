import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { readBindings } from '../core/binding.ts';
import { namedBy } from '../core/claims.ts';
import { judgeService } from '../core/judge-service.ts';
import { ownershipOf, ownershipProblem, typeProblem } from '../core/ownership.ts';
import type { Announcer, ClusterView, ServiceWriter } from '../core/ports.ts';
import { bindingKey, isFreeOf, isServed } from '../core/sight.ts';
import type { ServiceView } from '../core/views.ts';
import type { Board } from './board.ts';

export interface ServiceLoopOptions {
  readonly cluster: ClusterView;
  readonly board: Board;
  readonly services: ServiceWriter;
  readonly announcer: Announcer;
}

/** So many Services hear once that all is well after a start; more events at once would bury others. */
const mostTold = 200;

/** One turn for one Service: its finalizer, its record of CLBs, its address, and what its owner must know. */
export function createServiceLoop(options: ServiceLoopOptions): (key: string, signal: AbortSignal) => Promise<Outcome> {
  const told = new Set<string>();
  return async (key, signal) => {
    const { cluster, services } = options;
    const service = cluster.service(key);
    if (service === undefined) return { kind: 'settled' };
    tellProblems(service, options);
    const plan = judgeService(factsOf(service, options));
    if (plan.addresses !== undefined) await services.tell(service, plan.addresses, signal);
    if (plan.record !== undefined) {
      await services.record(service, plan.record.loadBalancers, plan.record.finalizer, signal);
    }
    const isNews = plan.addresses !== undefined && plan.addresses.length > 0;
    if (isNews || isFirstGood(service, told, options)) {
      if (told.size < mostTold) told.add(service.uid);
      tellReady(service, plan.addresses ?? service.ingress, options);
    }
    return { kind: 'settled' };
  };
}

/** The last event of a Service would stay a warning for ever when a setting, and so a restart, has mended the cause. */
function isFirstGood(service: ServiceView, told: ReadonlySet<string>, { cluster, board }: ServiceLoopOptions): boolean {
  if (told.has(service.uid) || told.size >= mostTold || ownershipProblem(service) !== undefined) return false;
  const sight = board.sightOf(namedBy(service, cluster.tkePresent()) ?? '');
  if (sight?.state !== 'seen' || sight.trouble !== undefined) return false;
  const { bindings, problems } = readBindings(service);
  return problems.length === 0 && bindings.every((binding) => isServed(sight, binding));
}

function factsOf(service: ServiceView, { cluster, board }: ServiceLoopOptions) {
  const tkePresent = cluster.tkePresent();
  const wantedLoadBalancer = namedBy(service, tkePresent);
  const released = service.recordedLoadBalancers.filter((id) => isFreeOf(board.sightOf(id), service.uid));
  return {
    service,
    ownership: ownershipOf(service, tkePresent),
    wantedLoadBalancer,
    released: new Set(released),
    addresses: addressesOf(service, wantedLoadBalancer, board),
  };
}

function addressesOf(service: ServiceView, id: string | undefined, board: Board): readonly string[] | undefined {
  const sight = id === undefined ? undefined : board.sightOf(id);
  const stands = readBindings(service).bindings.some((binding) => sight?.listenerIds.has(bindingKey(binding)));
  return stands ? sight?.addresses : undefined;
}

function tellProblems(service: ServiceView, { cluster, announcer }: ServiceLoopOptions): void {
  const odd = ownershipProblem(service);
  if (odd !== undefined)
    announcer.aboutService(service, { type: 'Warning', reason: 'AnnotationMalformed', message: odd });
  const type = typeProblem(service);
  if (type !== undefined && !service.ending) tellType(service, type, announcer);
  const ownership = ownershipOf(service, cluster.tkePresent());
  if (ownership === 'left-to-tke') {
    const message =
      'TKE\'s own service controller looks present (kube-system/tke-service-controller-config), so this Service is left to it. Set loadBalancerClass clb-direct.io/clb or annotation clb-direct.io/managed: "true" to hand it to clb-direct.';
    announcer.aboutService(service, { type: 'Normal', reason: 'LeftToTke', message });
  }
  if (ownership !== 'ours' || service.ending) return;
  for (const { reason, message } of readBindings(service).problems) {
    announcer.aboutService(service, { type: 'Warning', reason, message });
  }
}

function tellType(service: ServiceView, message: string, announcer: Announcer): void {
  const reason = 'TypeNotLoadBalancer';
  announcer.aboutService(service, { type: 'Warning', reason, message, atMostEveryMs: 3_600_000 });
}

function tellReady(service: ServiceView, addresses: readonly string[], { announcer }: ServiceLoopOptions): void {
  const message = `Clients reach this Service at ${addresses.join(', ')}.`;
  announcer.aboutService(service, { type: 'Normal', reason: 'LoadBalancerEnsured', message });
}
