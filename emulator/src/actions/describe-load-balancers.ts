import type { LoadBalancer } from '../state/model.ts';
import { defineAction, type RequestOf } from './action.ts';
import { pageOf, passesFilters } from './answers.ts';
import { describeLoadBalancer, ispOf, targetsOf } from './describe-load-balancer.ts';
import { regionalLoadBalancers } from './lookup.ts';

type Request = RequestOf<'DescribeLoadBalancers'>;
type Condition = (it: LoadBalancer) => boolean;

/** vpc-id and tag-value are not in the documentation; other controllers send them. */
function filterValues(it: LoadBalancer, name: string): readonly string[] | undefined {
  if (name.startsWith('tag:')) {
    return it.tags.filter(({ TagKey }) => TagKey === name.slice(4)).map(({ TagValue }) => TagValue);
  }
  const known: Record<string, readonly string[]> = {
    'charge-type': ['POSTPAID_BY_HOUR'],
    'internet-charge-type': ['TRAFFIC_POSTPAID_BY_HOUR'],
    'master-zone-id': [],
    'tag-key': it.tags.map(({ TagKey }) => TagKey),
    'tag-value': it.tags.map(({ TagValue }) => TagValue),
    'function-name': [],
    'vip-isp': [ispOf(it)],
    'sla-type': [it.slaType],
    exclusive: ['0'],
    'vpc-id': [it.vpcId],
  };
  return known[name];
}

const overlap = (wanted: readonly string[] | undefined, has: readonly string[]) =>
  !wanted?.length || wanted.some((value) => has.includes(value));
const equal = <T>(wanted: T | undefined, has: T) => wanted === undefined || wanted === has;
const part = (wanted: string | undefined, ...has: string[]) => !wanted || has.some((value) => value.includes(wanted));

function conditions(request: Request): Condition[] {
  const { WithRs = -1, Forward = -1 } = request;
  return [
    (it) => overlap(request.LoadBalancerIds, [it.id]),
    (it) => equal(request.LoadBalancerType, it.type),
    () => Forward !== 0,
    (it) => part(request.LoadBalancerName, it.name),
    () => !request.Domain && !request.BackendPublicIps?.length && !request.MasterZone,
    (it) => overlap(request.LoadBalancerVips, it.vips),
    (it) =>
      !request.BackendPrivateIps?.length ||
      overlap(
        request.BackendPrivateIps,
        targetsOf(it).map(({ ip }) => ip),
      ),
    (it) => equal(request.VpcId, it.vpcId),
    (it) => equal(request.ProjectId, it.projectId),
    (it) => overlap(request.SecurityGroup ? [request.SecurityGroup] : [], it.secureGroups),
    (it) => WithRs === -1 || targetsOf(it).length > 0 === (WithRs === 1),
    (it) => part(request.SearchKey, it.name, it.id, ...it.vips),
    (it) => passesFilters(request.Filters, (name) => filterValues(it, name)),
  ];
}

/** By creation, the youngest first, unless the request says otherwise. */
function sorted(found: readonly LoadBalancer[], { OrderBy = 'CreateTime', OrderType = 1 }: Request): LoadBalancer[] {
  const keys: Record<string, (it: LoadBalancer) => string> = {
    LoadBalancerName: ({ name }) => name,
    LoadBalancerType: ({ type }) => type,
    Domain: () => '',
    CreateTime: ({ createdAtMs }) => String(createdAtMs).padStart(15, '0'),
  };
  const key = keys[OrderBy] ?? (() => '');
  const sign = OrderType === 1 ? -1 : 1;
  return found.toSorted((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

export const describeLoadBalancers = defineAction('DescribeLoadBalancers', (request, context) => {
  const wanted = conditions(request);
  const found = regionalLoadBalancers(context).filter((it) => wanted.every((passes) => passes(it)));
  const page = pageOf(sorted(found, request), request);
  return {
    TotalCount: found.length,
    LoadBalancerSet: page.map((it) => describeLoadBalancer(it, request.AdditionalFields)),
  };
});
