import type {
  DescribeLoadBalancersRequest,
  DescribeLoadBalancersResponse,
  Filter,
  LoadBalancer as LoadBalancerAnswer,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../api/api-error.ts';
import type { LoadBalancer } from '../state/model.ts';
import { defineAction, type Answer } from './action.ts';
import { fields, filters, integer, listOf, text } from './fields.ts';
import { apiTime } from './lookup.ts';

function describe(it: LoadBalancer): Answer<LoadBalancerAnswer> {
  return {
    LoadBalancerId: it.id,
    LoadBalancerName: it.name,
    LoadBalancerType: it.type,
    Forward: 1,
    Domain: '',
    LoadBalancerVips: it.usable ? [...it.vips] : [],
    Status: it.usable ? 1 : 0,
    CreateTime: apiTime(it.createdAtMs),
    StatusTime: apiTime(it.createdAtMs),
    ProjectId: it.projectId,
    VpcId: it.vpcId,
    OpenBgp: 0,
    Snat: false,
    Isolation: 0,
    SubnetId: it.subnetId,
    Tags: [...it.tags],
    SecureGroups: [],
    AddressIPVersion: 'ipv4',
    VipIsp: it.type === 'OPEN' ? 'BGP' : '',
    ChargeType: 'POSTPAID_BY_HOUR',
    LoadBalancerPassToTarget: true,
    SnatPro: false,
    SnatIps: [],
    SlaType: '',
    IsBlock: false,
    MixIpTarget: false,
    AttributeFlags: [],
    LoadBalancerDomain: '',
    TargetCount: it.listeners.reduce((sum, listener) => sum + listener.targets.length, 0),
  };
}

/** Filters are ANDed, the values of one are ORed. */
function passesFilter(it: LoadBalancer, filter: Filter): boolean {
  const has: Record<string, () => readonly string[]> = {
    'charge-type': () => ['POSTPAID_BY_HOUR'],
    'vpc-id': () => [it.vpcId],
    'tag-key': () => it.tags.map((tag) => tag.TagKey),
    'tag-value': () => it.tags.map((tag) => tag.TagValue),
  };
  const key = filter.Name.startsWith('tag:') ? filter.Name.slice(4) : undefined;
  const values =
    key === undefined ? has[filter.Name]?.() : it.tags.filter((tag) => tag.TagKey === key).map((tag) => tag.TagValue);
  if (!values) throw new ApiError('InvalidParameter.InvalidFilter', `The filter ${filter.Name} is not known.`);
  return filter.Values.some((value) => values.includes(value));
}

type Condition = (it: LoadBalancer) => boolean;

const overlap = (wanted: string[] | undefined, has: readonly string[]) =>
  !wanted?.length || wanted.some((value) => has.includes(value));
const equal = <T>(wanted: T | undefined, has: T) => wanted === undefined || wanted === has;
const targetIps = (it: LoadBalancer) => it.listeners.flatMap((listener) => listener.targets.map((target) => target.ip));

function conditions(request: DescribeLoadBalancersRequest): Condition[] {
  return [
    (it) => overlap(request.LoadBalancerIds, [it.id]),
    (it) => equal(request.LoadBalancerType, it.type),
    () => equal(request.Forward, 1) || request.Forward === -1,
    (it) => equal(request.LoadBalancerName, it.name),
    (it) => overlap(request.LoadBalancerVips, it.vips),
    (it) => overlap(request.BackendPrivateIps, targetIps(it)),
    (it) => equal(request.VpcId, it.vpcId),
    (it) => equal(request.ProjectId, it.projectId),
    (it) => !request.SearchKey || [it.name, it.id, ...it.vips].some((value) => value.includes(request.SearchKey ?? '')),
    (it) => (request.Filters ?? []).every((filter) => passesFilter(it, filter)),
  ];
}

export const describeLoadBalancers = defineAction<DescribeLoadBalancersRequest, DescribeLoadBalancersResponse>({
  name: 'DescribeLoadBalancers',
  write: false,
  schema: fields({
    LoadBalancerIds: listOf(text(), 20),
    LoadBalancerType: text(),
    Forward: integer(-1, 1),
    LoadBalancerName: text(),
    Domain: text(),
    LoadBalancerVips: listOf(text()),
    BackendPublicIps: listOf(text()),
    BackendPrivateIps: listOf(text()),
    Offset: integer(0),
    Limit: integer(1, 100),
    OrderBy: text(),
    OrderType: integer(0, 1),
    SearchKey: text(),
    ProjectId: integer(),
    WithRs: integer(0, 1),
    VpcId: text(),
    SecurityGroup: text(),
    MasterZone: text(),
    Filters: filters,
    AdditionalFields: listOf(text()),
  }),
  run(request, { store, region }) {
    const wanted = conditions(request);
    const found = [...store.loadBalancers.values()].filter(
      (it) => it.region === region && wanted.every((passes) => passes(it)),
    );
    const offset = request.Offset ?? 0;
    const page = found.slice(offset, offset + (request.Limit ?? 20));
    return { TotalCount: found.length, LoadBalancerSet: page.map(describe) };
  },
});
