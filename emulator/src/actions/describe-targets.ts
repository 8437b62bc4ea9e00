import type { Backend } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { isL7, type Rule, type Target } from '../state/model.ts';
import { defineAction, type Answer, type RequestOf } from './action.ts';
import { apiTime, passesFilters } from './answers.ts';
import { requireLoadBalancer, selectListeners } from './lookup.ts';

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

type Filters = RequestOf<'DescribeTargets'>['Filters'];

function select(targets: readonly Target[], filters: Filters, rule?: Rule) {
  const values: Record<string, (target: Target) => string[]> = {
    'private-ip-address': ({ ip }) => [ip],
    tag: ({ tag }) => (tag === null ? [] : [tag]),
    // Targets of L4 have no rule.
    'location-id': () => (rule ? [rule.id] : []),
  };
  return targets
    .filter((target) => passesFilters(filters, (name) => values[name]?.(target)))
    .map((target) => describeTarget(target));
}

function describeRule(rule: Rule, filters: Filters) {
  return {
    LocationId: rule.id,
    Domain: rule.domains[0] ?? '',
    Url: rule.url,
    Targets: select(rule.targets, filters, rule),
    FunctionTargets: null,
  };
}

export const describeTargets = defineAction('DescribeTargets', (request, context) => {
  const listeners = selectListeners(requireLoadBalancer(context, request.LoadBalancerId), request);
  return {
    Listeners: listeners.map(({ id, protocol, port, endPort, rules, targets }) => ({
      ListenerId: id,
      Protocol: protocol,
      Port: port,
      EndPort: endPort,
      // One of the two is null (official sample).
      Rules: isL7(protocol) ? rules.map((rule) => describeRule(rule, request.Filters)) : null,
      Targets: isL7(protocol) ? null : select(targets, request.Filters),
    })),
  };
});
