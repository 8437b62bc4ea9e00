import { tagKey, tagsOfOwner } from '../../core/model/owned-balancer.ts';
import {
  contentOf,
  type SecurityPolicy,
  type StandingGroup,
  type WantedGroup,
} from '../../core/model/security-group.ts';
import type { Answer, Request } from '../actions.ts';
import { required, type Item } from './fields.ts';

/** Those of a page that are ours: a filter that the API does not know would find everything. */
export function toStanding(answer: Answer<'DescribeSecurityGroups'>, clusterId: string): readonly StandingGroup[] {
  return required(answer.SecurityGroupSet, 'SecurityGroupSet').flatMap((one) => {
    const tags = new Map((one.TagSet ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
    const [id, ownerUid] = [one.SecurityGroupId ?? '', tags.get(tagKey.owner) ?? ''];
    const isOurs = id !== '' && ownerUid !== '' && tags.get(tagKey.cluster) === clusterId;
    return isOurs ? [{ id, ownerUid }] : [];
  });
}

/** The inbound ones. What lets others in than ranges do, such as a template, is content that nobody wants. */
export function toContent(answer: Answer<'DescribeSecurityGroupPolicies'>): string {
  const set = required(answer.SecurityGroupPolicySet, 'SecurityGroupPolicySet');
  return contentOf((set.Ingress ?? []).map(toPolicy));
}

type Policy = Item<NonNullable<Answer<'DescribeSecurityGroupPolicies'>['SecurityGroupPolicySet']>['Ingress']>;

function toPolicy({ Action, Protocol, Port, CidrBlock, Ipv6CidrBlock, ...one }: Policy) {
  const others = [one.SecurityGroupId, one.AddressTemplate?.AddressId, one.AddressTemplate?.AddressGroupId];
  const service = [one.ServiceTemplate?.ServiceId, one.ServiceTemplate?.ServiceGroupId];
  const cidr = [CidrBlock, Ipv6CidrBlock, ...others].find(isGiven) ?? '';
  const [action, protocol, port] = [[Action], [Protocol], [...service, Port]].map(
    (texts) => texts.find(isGiven)?.toUpperCase() ?? '',
  );
  return { action: action ?? '', protocol: protocol ?? '', port: port ?? '', cidr };
}

function isGiven(text: string | null | undefined): text is string {
  return typeof text === 'string' && text !== '';
}

/** For people the group has a name and says whose it is; we find it by its tags. */
export function toCreateGroupRequest(
  { owner, policies }: WantedGroup,
  clusterId: string,
): Request<'CreateSecurityGroupWithPolicies'> {
  const { kind, namespace, name, uid } = owner;
  return {
    GroupName: `clb-direct_${namespace}_${name}`.slice(0, mostOf.name),
    GroupDescription: `loadBalancerSourceRanges of ${kind} ${namespace}/${name}`.slice(0, mostOf.description),
    SecurityGroupPolicySet: { Ingress: policies.map(toIngress) },
    Tags: Object.entries(tagsOfOwner(clusterId, uid)).map(([Key, Value]) => ({ Key, Value })),
  };
}

const mostOf = { name: 60, description: 100 };

/**
 * Both directions have to be there; outbound ones mean nothing for a CLB. Without a Version: with 0 the API removes
 * everything instead, and we replace everything in any case.
 */
export function toSetPoliciesRequest(
  id: string,
  policies: readonly SecurityPolicy[],
): Request<'ModifySecurityGroupPolicies'> {
  return { SecurityGroupId: id, SecurityGroupPolicySet: { Ingress: policies.map(toIngress), Egress: [] } };
}

function toIngress({ action, protocol, port, cidr }: SecurityPolicy) {
  const range = cidr.includes(':') ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr };
  return { Action: action, Protocol: protocol, Port: port, ...range };
}
