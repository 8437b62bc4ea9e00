import type { Backend } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { Rule, Target } from '../../state/model.ts';
import { isL7 } from '../../state/place.ts';
import { defineAction, type Answer } from '../parts/action.ts';
import { apiTime } from '../parts/answer-values.ts';
import { filterBy } from '../parts/filters.ts';
import { requireLoadBalancer, selectListeners } from '../parts/lookup.ts';

function describeTarget(target: Target): Answer<Backend> {
  return {
    Type: 'ENI',
    Port: target.port,
    Weight: target.weight,
    PrivateIpAddresses: [target.ip],
    RegisteredTime: apiTime(target.registeredAtMs),
    Tag: target.tag ?? '',
  };
}

interface Candidate {
  target: Target;
  /** Targets of L4 have none. */
  rule?: Rule;
}
type Passes = (candidate: Candidate) => boolean;
type Values = (candidate: Candidate) => readonly string[];

const values: ReadonlyMap<string, Values> = new Map<string, Values>([
  ['private-ip-address', ({ target }) => [target.ip]],
  ['tag', ({ target: { tag } }) => (tag === null ? [] : [tag])],
  ['location-id', ({ rule }) => (rule ? [rule.id] : [])],
]);

function describeRule(rule: Rule, passes: Passes) {
  return {
    LocationId: rule.id,
    Domain: rule.domains[0] ?? '',
    Url: rule.url,
    Targets: rule.targets.filter((target) => passes({ target, rule })).map(describeTarget),
    FunctionTargets: null,
  };
}

export const describeTargets = defineAction('DescribeTargets', (request, context) => {
  const listeners = selectListeners(requireLoadBalancer(context, request.LoadBalancerId), request);
  const passes = filterBy<Candidate>(request.Filters, (name) => values.get(name));
  return {
    Listeners: listeners.map(({ id, protocol, port, endPort, rules, targets }) => ({
      ListenerId: id,
      Protocol: protocol,
      Port: port,
      EndPort: endPort,
      // One of the two is null (official sample).
      Rules: isL7(protocol) ? rules.map((rule) => describeRule(rule, passes)) : null,
      Targets: isL7(protocol) ? null : targets.filter((target) => passes({ target })).map(describeTarget),
    })),
  };
});
