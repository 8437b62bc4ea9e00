import type { LoadBalancer } from '../../state/model.ts';
import { targetsOf } from '../../state/place.ts';
import { defineAction, type RequestOf } from '../parts/action.ts';
import { filterBy, tagValues } from '../parts/filters.ts';
import { pageOf } from '../parts/paging.ts';
import { describeLoadBalancer, shownVips } from '../parts/load-balancer-answer.ts';
import { regionalLoadBalancers } from '../parts/lookup.ts';

type Request = RequestOf<'DescribeLoadBalancers'>;
type Condition = (it: LoadBalancer) => boolean;

type Values = (it: LoadBalancer) => readonly string[];

const zonesOf: Values = ({ masterZone }) => (masterZone === null ? [] : [masterZone]);

/** vpc-id and tag-value are not in the documentation; other controllers send them. */
const values: ReadonlyMap<string, Values> = new Map<string, Values>([
  ['charge-type', ({ chargeType }) => [chargeType]],
  ['internet-charge-type', ({ internet }) => (internet ? [internet.chargeType] : [])],
  ['master-zone-id', zonesOf],
  ['tag-value', ({ tags }) => tags.map(({ TagValue }) => TagValue)],
  ['function-name', () => []],
  ['vip-isp', ({ isp }) => [isp]],
  ['sla-type', ({ slaType }) => [slaType]],
  ['exclusive', () => ['0']],
  ['vpc-id', ({ vpcId }) => [vpcId]],
]);

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
    (it) => !request.Domain || request.Domain === it.domain,
    // No target here has a public address.
    () => !request.BackendPublicIps?.length,
    (it) => overlap(request.MasterZone ? [request.MasterZone] : [], zonesOf(it)),
    (it) => overlap(request.LoadBalancerVips, shownVips(it)),
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
    (it) => part(request.SearchKey, it.name, it.id, ...shownVips(it), it.domain ?? ''),
    filterBy(request.Filters, (name) => tagValues(name) ?? values.get(name)),
  ];
}

/** By creation, the youngest first, unless the request says otherwise. */
function sorted(found: readonly LoadBalancer[], { OrderBy = 'CreateTime', OrderType = 1 }: Request): LoadBalancer[] {
  const keys: Record<string, (it: LoadBalancer) => string> = {
    LoadBalancerName: ({ name }) => name,
    LoadBalancerType: ({ type }) => type,
    Domain: ({ domain }) => domain ?? '',
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
