import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import type { Binding, PodSelector } from '../../model/binding.ts';
import type { Owner } from '../../model/owner.ts';
import type { UnboundPods } from '../../model/owner-view.ts';
import type { RulePlace } from '../../model/place.ts';
import type { ObjectReference, RelatedObjects } from '../../model/related-objects.ts';
import type { HealthCheck, RuleSettings } from '../../model/settings.ts';
import { targetWeights, type WeightsAt } from '../service/target-weights.ts';
import { backendReader, servesNothing } from './backends.ts';
import { balancerOf } from './balancer.ts';
import { healthCheckOf } from './health-check.ts';
import { isWildcard, withoutStar } from './hosts.ts';
import type { IngressBackend, IngressFacts } from './ingress-facts.ts';
import type { ReadBackend } from './read-backend.ts';
import type { ServedRule } from './served-rule.ts';
import { servedRules } from './served-rules.ts';
import { certificatesOf } from './tls.ts';

interface Reading {
  readonly ingress: IngressFacts;
  readonly owner: Owner;
  readonly objects: RelatedObjects;
}

/** What an Ingress claims, and what that depends on. */
export interface RuleBindings {
  readonly bindings: readonly Binding[];
  readonly findings: readonly Finding[];
  readonly podSelectors: readonly PodSelector[];
  readonly unbound?: readonly UnboundPods[];
  readonly references: readonly ObjectReference[];
}

/** One claim for each rule. Its listeners are shared: other Ingresses add their rules to them. */
export function ruleBindings({ ingress, owner, objects }: Reading): RuleBindings {
  const tls = certificatesOf(ingress, objects);
  const { served, findings } = servedRules(ingress, tls);
  const base = { owner, ...balancerOf(ingress, owner) };
  const check = healthCheckOf(ingress);
  const read = readBackends(served, ingress, objects);
  const weightsAt = targetWeights(ingress, weightsOfIngresses);
  const bindings = served.map((one): Binding => {
    const backend = one.rule.backend === undefined ? undefined : read.get(backendKey(one.rule.backend));
    return { ...base, ...bindingAt(one, withWeights(backend ?? servesNothing, one, weightsAt), check) };
  });
  const backends = [...read.values()];
  return {
    bindings,
    findings: [...findings, ...tls.findings, ...distinctProblems(backends)],
    podSelectors: backends.flatMap(({ selector }) => selector ?? []),
    unbound: backends.flatMap(unboundOf),
    references: [...backends.flatMap(({ references }) => references), ...tls.references],
  };
}

export const weightsOfIngresses = { kind: 'Ingress', annotation: ingressAnnotation.targetWeights } as const;

function withWeights(read: ReadBackend, at: ServedRule, weightsAt: WeightsAt): ReadBackend {
  const weights = weightsAt(at);
  return weights === undefined || read.backends.mode === 'nodes'
    ? read
    : { ...read, backends: { ...read.backends, weights } };
}

function bindingAt(served: ServedRule, backend: ReadBackend, check: HealthCheck) {
  const { protocol, port, rule, redirect, certificates: named, problem: unread } = served;
  const place: RulePlace = { protocol, port, domain: rule.domain, url: rule.url };
  const { certificates, problem } = named ?? {};
  const incomplete = unread ?? problem ?? (redirect === undefined ? backend.incomplete : undefined);
  return {
    place,
    ...givingWay(rule),
    listenerSettings: protocol === 'HTTPS' ? { sniSwitch: true } : {},
    ruleSettings: {
      ...checkOf(rule, check),
      // Who has no host is for every host that has no rule.
      ...(rule.host === '' ? { isDefault: true as const } : {}),
      ...(certificates === undefined ? {} : { certificates }),
    },
    ...servedBy(backend, redirect),
    ...(incomplete === undefined ? {} : { incomplete }),
    isPlaceUnknown: unread === undefined ? undefined : (true as const),
    ...missingSecret(named),
  };
}

function servedBy({ backends }: ReadBackend, redirect: ServedRule['redirect']): Pick<Binding, 'backends' | 'redirect'> {
  if (redirect === undefined) return { backends };
  return { backends: servesNothing.backends, redirect: { ...redirect, until: backends } };
}

function missingSecret(named: ServedRule['certificates']): Pick<Binding, 'isSecretMissing'> {
  return named?.problem !== undefined && named.isMissing === true ? { isSecretMissing: true } : {};
}

function givingWay({ givesWay }: ServedRule['rule']): Pick<Binding, 'givesWay'> {
  return givesWay === undefined ? {} : { givesWay };
}

function checkOf({ host }: ServedRule['rule'], check: HealthCheck): Pick<RuleSettings, 'healthCheck'> {
  const domain = isWildcard(host) ? { HttpCheckDomain: withoutStar(host) } : {};
  const healthCheck = { ...check, ...domain };
  return Object.keys(healthCheck).length === 0 ? {} : { healthCheck };
}

/** Each backend once. */
function readBackends(served: readonly ServedRule[], ingress: IngressFacts, objects: RelatedObjects) {
  const named = served.flatMap(({ rule: { backend } }) => backend ?? []);
  const backends = new Map(named.map((backend) => [backendKey(backend), backend]));
  const backendOf = backendReader(ingress, objects);
  return new Map([...backends].map(([key, backend]) => [key, backendOf(backend)]));
}

function backendKey(backend: IngressBackend): string {
  return JSON.stringify(backend);
}

/** What serves them stays, so a rollout that went on would end it. Of nodes no pod is a target. */
function unboundOf({ selector, problem, backends }: ReadBackend): readonly UnboundPods[] {
  if (selector === undefined || problem === undefined || backends.mode === 'nodes') return [];
  return [{ selector, finding: problem }];
}

function distinctProblems(backends: readonly ReadBackend[]): readonly Finding[] {
  const problems = backends.flatMap(({ problem }) => problem ?? []);
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
