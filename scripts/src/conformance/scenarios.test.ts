import { describe, expect, test } from '@jest/globals';
import { guardDomain, guardUrl } from '@clb-direct/controller/core/model/guard.ts';
import { toIngressFacts } from '@clb-direct/controller/kube/ingress-facts.ts';
import { wantedRules } from '@clb-direct/controller/core/sources/ingress/wanted-rules.ts';
import { lacksSlash, matchRule } from '@clb-direct/emulator/proxy/match-rule.ts';
import { balancers, type Balancer, type Scenario, type ScenarioRequest } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { services } from './services.ts';

const on = (balancer: Balancer) => scenarios.filter((one) => one.balancer === balancer);

/** A scenario before its change, or after it. */
const before = (one: Scenario) => one;
const after = (one: Scenario) => one.change ?? one;
type Asked = ReturnType<typeof after>;

function rulesOf({ ingresses }: Asked, isSecure: boolean) {
  const ours = ingresses.filter(({ ingressClassName }) => ingressClassName === undefined);
  return ours.flatMap((spec) => {
    const metadata = { name: 'a', namespace: 'b', uid: 'c', creationTimestamp: '2026-01-01T00:00:00Z' };
    const facts = toIngressFacts({ metadata, spec });
    const secure = new Set((spec.tls ?? []).flatMap(({ hosts }) => hosts));
    const rules = facts === undefined ? [] : wantedRules(facts).rules;
    return rules.filter(({ host }) => secure.has(host) === isSecure);
  });
}

/** The rules of all scenarios on a listener; of two for one place the one that does not give way, or the older one. */
function rulesOn(asked: readonly Asked[], isSecure: boolean) {
  const wanted = asked.flatMap((one) => rulesOf(one, isSecure));
  const all = [...wanted.filter((rule) => rule.givesWay !== true), ...wanted.filter((rule) => rule.givesWay === true)];
  const rules = [...new Map(all.toReversed().map((rule) => [rule.domain + rule.url, rule])).values()];
  const proxied = rules.map(({ domain, url, backend }) => ({
    domains: [domain],
    isDefault: domain === '',
    url,
    backend: backend.kind === 'service' ? `${backend.name}:${backend.port}` : undefined,
  }));
  const hasDefault = proxied.some(({ isDefault }) => isDefault);
  const guard = { domains: [guardDomain], isDefault: true, url: guardUrl, backend: undefined };
  return hasDefault ? proxied : [...proxied, guard];
}

const answers = new Map(
  services.flatMap(({ name, answers: pods }) => [80, 'web'].map((port) => [`${name}:${port}`, pods])),
);

function answerOf(
  rules: ReturnType<typeof rulesOn>,
  { host, path }: ScenarioRequest,
): ScenarioRequest['expects'] | 301 {
  const [bare = ''] = path.split('?');
  if (lacksSlash(rules, host, bare)) return 301;
  const rule = matchRule(rules, host, bare);
  return rule === undefined ? 404 : (answers.get(rule.backend ?? '') ?? 503);
}

describe.each(balancers)('The rules on the CLB "%s"', (balancer) => {
  test.each([
    ['at first', before],
    ['after the changes', after],
  ])('send each request where the scenarios say %s.', (_, phase) => {
    const [plain, secure] = [false, true].map((isSecure) => rulesOn(on(balancer).map(phase), isSecure));
    for (const one of on(balancer)) {
      const expected = phase(one).requests.map((request) => ({ name: one.name, ...request }));
      const seen = expected.map((request) => ({
        ...request,
        expects: answerOf((request.isSecure === true ? secure : plain) ?? [], request),
      }));
      expect(seen).toEqual(expected);
    }
    // What an account may have on one listener, unless it asked for more.
    for (const rules of [plain, secure]) expect(rules?.length).toBeLessThanOrEqual(50);
  });
});

test('There are at least 25 scenarios, each with a sentence of its own and with requests.', () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(25);
  expect(scenarios.filter(({ name, requests }) => !/^[A-Z].+\.$/.test(name) || requests.length === 0)).toEqual([]);
});
