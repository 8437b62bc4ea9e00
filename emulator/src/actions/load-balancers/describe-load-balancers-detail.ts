import type { LoadBalancerDetail } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { LoadBalancer, Target } from '../../state/model.ts';
import { listenerOrRule, type Place, placesOf, targetsOf } from '../../state/place.ts';
import { defineAction, type Answer } from '../parts/action.ts';
import { apiTime } from '../parts/answer-values.ts';
import { filterBy, tagValues } from '../parts/filters.ts';
import { pageOf } from '../parts/paging.ts';
import { describeInternet, shownVips } from '../parts/load-balancer-answer.ts';
import { regionalLoadBalancers } from '../parts/lookup.ts';

/** One line of the list: a load balancer, or with the fields asked for one of its listeners, rules or targets. */
interface Line {
  it: LoadBalancer;
  at?: Place | undefined;
  target?: Target | undefined;
}

const targetFields = ['TargetId', 'TargetAddress', 'TargetPort', 'TargetWeight', 'TargetHealth'];
const placeFields = ['ListenerId', 'Protocol', 'Port', 'LocationId', 'Domain', 'Url', 'Domains', 'SniSwitch'];

function linesOf(it: LoadBalancer, asked: readonly string[]): Line[] {
  const hasTargets = targetFields.some((field) => asked.includes(field));
  if (!hasTargets && !placeFields.some((field) => asked.includes(field))) return [{ it }];
  const lines = placesOf(it).flatMap((at): Line[] => {
    const { targets } = listenerOrRule(at);
    return hasTargets && targets.length > 0 ? targets.map((target) => ({ it, at, target })) : [{ it, at }];
  });
  return lines.length > 0 ? lines : [{ it }];
}

function addressFields(it: LoadBalancer): Answer<LoadBalancerDetail> {
  const vip = shownVips(it)[0] ?? null;
  // Domain is that of a rule here.
  const named = it.domain === null ? {} : { LoadBalancerDomain: it.domain };
  if (it.ipv6Mode === null) return { Address: vip, AddressIPVersion: 'IPv4', ...named };
  return { Address: null, AddressIPVersion: 'IPv6', AddressIPv6: vip, IPv6Mode: it.ipv6Mode, ...named };
}

function balancerFields(it: LoadBalancer): Answer<LoadBalancerDetail> {
  return {
    LoadBalancerType: it.type === 'OPEN' ? 'Public' : 'Private',
    Status: it.usable ? 1 : 0,
    ...addressFields(it),
    AddressIsp: it.isp,
    VpcId: it.vpcId,
    ProjectId: it.projectId,
    CreateTime: apiTime(it.createdAtMs),
    ChargeType: it.chargeType,
    NetworkAttributes: describeInternet(it),
    Tags: [...it.tags],
    Isolation: 0,
    SecurityGroup: [...it.secureGroups],
    LoadBalancerPassToTarget: it.passToTarget ? 1 : 0,
    AttributeFlags: it.deleteProtect ? ['DeleteProtect'] : [],
    SlaType: it.slaType,
    Exclusive: 0,
  };
}

function placeFieldsOf({ listener, rule }: Place): Answer<LoadBalancerDetail> {
  const { id, protocol, port, sniSwitch } = listener;
  const own = { ListenerId: id, Protocol: protocol, Port: port, SniSwitch: sniSwitch };
  if (!rule) return own;
  const { domains, url } = rule;
  return { ...own, LocationId: rule.id, Domain: domains[0] ?? null, Domains: domains.join(','), Url: url };
}

function targetFieldsOf({ ip, port, weight, health }: Target): Answer<LoadBalancerDetail> {
  return { TargetId: ip, TargetAddress: ip, TargetPort: port, TargetWeight: weight, TargetHealth: health };
}

function describe(line: Line, asked: readonly string[]): Answer<LoadBalancerDetail> {
  const { it, at, target } = line;
  const inner = { ...(at && placeFieldsOf(at)), ...(target && targetFieldsOf(target)) };
  const all = Object.entries({ ...balancerFields(it), ...inner });
  return {
    LoadBalancerId: it.id,
    LoadBalancerName: it.name,
    ...Object.fromEntries(all.filter(([field]) => asked.includes(field))),
  };
}

type Values = (it: LoadBalancer) => readonly string[];

const values: ReadonlyMap<string, Values> = new Map<string, Values>([
  ['loadbalancer-id', ({ id }) => [id]],
  ['project-id', ({ projectId }) => [String(projectId)]],
  ['network', ({ type }) => [type === 'OPEN' ? 'Public' : 'Private']],
  ['vip', shownVips],
  ['vpcid', ({ vpcId }) => [vpcId]],
  ['target-ip', (it) => targetsOf(it).map(({ ip }) => ip)],
  ['zone', ({ masterZone }) => (masterZone === null ? [] : [masterZone])],
]);

export const describeLoadBalancersDetail = defineAction('DescribeLoadBalancersDetail', (request, context) => {
  const { Fields: asked = [], Filters = [] } = request;
  const exact = Filters.filter(({ Name }) => Name !== 'fuzzy-search');
  const fuzzy = Filters.find(({ Name }) => Name === 'fuzzy-search')?.Values;
  const lines = regionalLoadBalancers(context)
    .filter(filterBy(exact, (name) => tagValues(name) ?? values.get(name)))
    .filter((it) => !fuzzy || fuzzy.some((value) => [it.name, ...shownVips(it)].some((has) => has.includes(value))))
    .flatMap((it) => linesOf(it, asked));
  return {
    TotalCount: lines.length,
    LoadBalancerDetailSet: pageOf(lines, request).map((line) => describe(line, asked)),
  };
});
