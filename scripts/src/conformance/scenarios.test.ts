import { expect, test } from '@jest/globals';
import { guardDomain, guardUrl } from '@clb-direct/controller/core/model/guard.ts';
import { toIngressFacts } from '@clb-direct/controller/kube/ingress-facts.ts';
import { wantedRules } from '@clb-direct/controller/core/sources/ingress/wanted-rules.ts';
import { lacksSlash, matchRule } from '@clb-direct/emulator/proxy/match-rule.ts';
import { balancers, type Balancer, type Scenario, type ScenarioRequest } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { services } from './services.ts';

const on = (balancer: Balancer) => scenarios.filter((one) => one.balancer === balancer);

function rulesOf({ ingresses }: Scenario) {
  return ingresses.flatMap((spec) => {
    const metadata = { name: 'a', namespace: 'b', uid: 'c', creationTimestamp: '2026-01-01T00:00:00Z' };
    const facts = toIngressFacts({ metadata, spec });
    return facts === undefined ? [] : wantedRules(facts).rules;
  });
}

/** The rules of all scenarios of a CLB; of two for one place the one that does not give way, or else the older one. */
function rulesOn(balancer: Balancer) {
  const wanted = on(balancer).flatMap(rulesOf);
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

test.each(balancers)('The rules on the CLB "%s" send each request where the scenarios say.', (balancer) => {
  const rules = rulesOn(balancer);
  for (const { name, requests } of on(balancer)) {
    const expected = requests.map((request) => ({ name, ...request }));
    expect(requests.map((request) => ({ name, ...request, expects: answerOf(rules, request) }))).toEqual(expected);
  }
  // What an account may have on one listener, unless it asked for more.
  expect(rules.length).toBeLessThanOrEqual(50);
});

test('There are at least 25 scenarios, each with a sentence of its own and with requests.', () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(25);
  expect(scenarios.filter(({ name, requests }) => !/^[A-Z].+\.$/.test(name) || requests.length === 0)).toEqual([]);
});
