import { slotOf, type Problem } from '../core/binding.ts';
import type { Scope } from '../core/claims.ts';
import type { ListenerSpec, LoadBalancer } from '../core/clb-port.ts';
import { listenerKey, type Memory } from '../core/memory.ts';
import { misfitOf } from '../core/misfits.ts';
import { missingProblem, type MissingListeners } from '../core/missing-listeners.ts';
import { otherVpcOf } from '../core/other-vpc.ts';
import { ownerOfListener } from '../core/ownership.ts';
import type { Facts, Plan } from '../core/plan.ts';
import type { Announcement, Announcer } from '../core/ports.ts';
import { bindingKey } from '../core/sight.ts';
import { targetKey } from '../core/target.ts';
import { ungatedOf, type GateNames } from '../core/ungated.ts';

interface Teller {
  readonly announcer: Announcer;
  readonly clusterId: string;
  readonly gate: GateNames;
  /** The cluster's. */
  readonly vpcId: string;
}

const hourMs = 3_600_000;

interface Judged {
  readonly loadBalancer: LoadBalancer;
  readonly facts: Facts;
  readonly plan: Plan;
  readonly memory: Memory;
}

/** Tells every Service of a CLB what its owner must know, before anything is changed. */
export function tellJudged(id: string, scope: Scope, judged: Judged, teller: Teller): void {
  const { loadBalancer, facts, plan, memory } = judged;
  tellOtherVpc(scope, loadBalancer, teller);
  tellConflicts(scope, plan, teller.announcer);
  tellWithheld(scope, plan, teller.announcer);
  tellMisfits(scope, facts, teller.announcer);
  tellUngated(scope, { facts, plan }, teller);
  tellMissing(id, scope, { plan, missing: memory.missingListeners }, teller);
}

/** Tells every Service that has to do with a CLB. */
export function tellAll({ services }: Scope, announcement: Announcement, announcer: Announcer): void {
  for (const service of services) announcer.aboutService(service, announcement);
}

/** A refused listener concerns the Service that wants it and the gates behind it, and nobody else on the CLB. */
export function tellRefused(scope: Scope, problems: ReadonlyMap<string, Problem>, announcer: Announcer): void {
  for (const { service, bindings } of scope.claims) {
    for (const binding of bindings) {
      const problem = problems.get(bindingKey(binding));
      if (problem !== undefined) announcer.aboutService(service, { type: 'Warning', ...problem });
    }
  }
}

interface MadeAgain {
  readonly scope: Scope;
  readonly plan: Plan;
  readonly missing: MissingListeners;
  readonly created: ReadonlySet<string>;
}

/** Tells that a listener which somebody deleted stands again. */
export function tellMadeAgain(id: string, { scope, plan, missing, created }: MadeAgain, teller: Teller): void {
  for (const spec of plan.createListeners) {
    const key = listenerKey(spec);
    if (!missing.has(key) || !created.has(key)) continue;
    const message = `Listener ${slotOf(spec)} of ${id} was missing and has been made again; its targets follow.`;
    tellOwner(scope, spec, { type: 'Normal', reason: 'ListenerRestored', message }, teller);
  }
}

function tellOtherVpc({ claims }: Scope, loadBalancer: LoadBalancer, { announcer, vpcId }: Teller): void {
  const problem = otherVpcOf(loadBalancer, vpcId);
  if (problem === undefined) return;
  for (const { service } of claims)
    announcer.aboutService(service, { type: 'Warning', ...problem, atMostEveryMs: hourMs });
}

function tellConflicts(scope: Scope, { conflicts }: Plan, announcer: Announcer): void {
  for (const { service } of scope.claims) {
    const mine = conflicts.filter(({ serviceUid }) => serviceUid === service.uid);
    for (const { reason, message } of mine) announcer.aboutService(service, { type: 'Warning', reason, message });
  }
}

function tellWithheld(scope: Scope, { withheld }: Plan, announcer: Announcer): void {
  if (withheld.length === 0) return;
  const names = withheld.slice(0, 5).map(targetKey).join(', ');
  const message = `${withheld.length} targets stay on for now, because taking them off would leave too little behind them: ${names}`;
  tellAll(scope, { type: 'Warning', reason: 'RemovalWithheld', message }, announcer);
}

function tellMisfits({ claims }: Scope, facts: Facts, announcer: Announcer): void {
  for (const claim of claims) {
    const misfit = misfitOf(claim, (binding) => facts.podsOf(binding));
    if (misfit !== undefined) announcer.aboutService(claim.service, { type: 'Warning', ...misfit });
  }
}

function tellUngated({ claims }: Scope, { facts, plan }: Pick<Judged, 'facts' | 'plan'>, teller: Teller): void {
  for (const claim of claims) {
    const problem = ungatedOf(claim, plan.bound, (binding) => facts.podsOf(binding), teller.gate);
    if (problem === undefined) continue;
    teller.announcer.aboutService(claim.service, { type: 'Warning', ...problem, atMostEveryMs: hourMs });
  }
}

function tellMissing(id: string, scope: Scope, { plan, missing }: Pick<MadeAgain, 'plan' | 'missing'>, teller: Teller) {
  for (const spec of plan.createListeners) {
    const listenerId = missing.get(listenerKey(spec));
    if (listenerId === undefined) continue;
    tellOwner(scope, spec, { type: 'Warning', ...missingProblem(spec, listenerId, id) }, teller);
  }
}

function tellOwner(scope: Scope, { name }: ListenerSpec, announcement: Announcement, teller: Teller): void {
  const owner = ownerOfListener(name, teller.clusterId);
  const claim = scope.claims.find(({ service }) => service.uid === owner);
  if (claim !== undefined) teller.announcer.aboutService(claim.service, announcement);
}
