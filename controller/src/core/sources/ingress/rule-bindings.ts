import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Binding, PodSelector } from '../../model/binding.ts';
import type { Owner } from '../../model/owner.ts';
import type { RulePlace } from '../../model/place.ts';
import type { ObjectReference, RelatedObjects } from '../../model/related-objects.ts';
import type { RuleSettings } from '../../model/settings.ts';
import { backendOf, type ReadBackend } from './backends.ts';
import { balancerOf } from './balancer.ts';
import { isWildcard, withoutStar } from './hosts.ts';
import type { IngressBackend, IngressFacts } from './ingress-facts.ts';
import { servedRules, type ServedRule } from './served-rules.ts';
import { certificatesOf } from './tls.ts';
import type { WantedRule } from './wanted-rules.ts';

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
  readonly references: readonly ObjectReference[];
}

/** One claim for each rule. Its listeners are shared: other Ingresses add their rules to them. */
export function ruleBindings({ ingress, owner, objects }: Reading): RuleBindings {
  const tls = certificatesOf(ingress, objects);
  const { served, findings } = servedRules(ingress, tls);
  const base = { owner, ...balancerOf(ingress, owner) };
  const read = readBackends(served, ingress.namespace, objects);
  const bindings = served.flatMap((one) => {
    const backend = read.get(backendKey(one.rule.backend));
    return backend === undefined ? [] : [{ ...base, ...bindingAt(one, backend) }];
  });
  const backends = [...read.values()];
  return {
    bindings,
    findings: [...findings, ...tls.findings, ...distinctProblems(backends)],
    podSelectors: backends.flatMap(({ selector }) => selector ?? []),
    references: [...backends.flatMap(({ references }) => references), ...tls.references],
  };
}

function bindingAt({ protocol, port, rule, certificates: named, problem: unread }: ServedRule, backend: ReadBackend) {
  const place: RulePlace = { protocol, port, domain: rule.domain, url: rule.url };
  const { certificates, problem } = named ?? {};
  const incomplete = unread ?? problem ?? backend.incomplete;
  return {
    place,
    listenerSettings: protocol === 'HTTPS' ? { sniSwitch: true } : {},
    ruleSettings: {
      ...checkOf(rule),
      // Who has no host is for every host that has no rule.
      ...(rule.host === '' ? { isDefault: true as const } : {}),
      ...(certificates === undefined ? {} : { certificates }),
    },
    backends: backend.backends,
    ...(incomplete === undefined ? {} : { incomplete }),
  };
}

function checkOf({ host }: WantedRule): Pick<RuleSettings, 'healthCheck'> {
  return isWildcard(host) ? { healthCheck: { HttpCheckDomain: withoutStar(host) } } : {};
}

/** Each backend once. */
function readBackends(served: readonly ServedRule[], namespace: string, objects: RelatedObjects) {
  const backends = new Map(served.map(({ rule: { backend } }) => [backendKey(backend), backend]));
  return new Map([...backends].map(([key, backend]) => [key, backendOf(backend, namespace, objects)]));
}

function backendKey(backend: IngressBackend): string {
  return JSON.stringify(backend);
}

function distinctProblems(backends: readonly ReadBackend[]): readonly Finding[] {
  const problems = backends.flatMap(({ problem }) => problem ?? []);
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
