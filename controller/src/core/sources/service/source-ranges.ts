import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Binding } from '../../model/binding.ts';
import { readCidr } from '../../model/cidr.ts';
import type { SecurityPolicy } from '../../model/security-group.ts';
import { securityGroupsOf } from './security-groups.ts';
import type { ServiceFacts } from './service-facts.ts';
import { sourceRangeFindings, type WrongRange } from './source-range-findings.ts';

/** Where a Service says which clients may come. */
export interface AskedRanges {
  /** As messages name it. */
  readonly field: string;
  readonly ranges: readonly string[];
}

/** The field counts before its older annotation, as in k8s.io/cloud-provider. undefined: all clients may come. */
export function askedRanges(service: Asking): AskedRanges | undefined {
  const { loadBalancerSourceRanges: ranges, sourceRangesAnnotation: text } = service;
  if (ranges.length > 0) return { field: 'spec.loadBalancerSourceRanges', ranges };
  return text === '' ? undefined : { field: `annotation ${annotation.sourceRanges}`, ranges: text.split(',') };
}

type Asking = Pick<ServiceFacts, 'loadBalancerSourceRanges' | 'sourceRangesAnnotation' | 'annotations'>;

/** What comes of them: a security group of ours, or nothing, because the Service names groups or a CLB itself. */
export function effectOfRanges(service: Asking, bindings: readonly Binding[]): 'group' | 'named-groups' | 'none' {
  if (bindings.every(({ balancer }) => balancer.kind !== 'owned')) return 'none';
  return securityGroupsOf(service) === undefined ? 'group' : 'named-groups';
}

/** What a group may have (doc 215/41428). */
const mostPolicies = 100;

export interface RangePolicies {
  /** None: no range can be read, so that nothing is known of who may come. */
  readonly policies: readonly SecurityPolicy[];
  readonly findings: readonly Finding[];
}

/**
 * Who gets in by the ranges that can be read, to every port: a CLB answers only where it has a listener, and a port
 * that changes shuts nobody out before its listener does. The other ranges let nobody in.
 */
export function policiesOf(asked: AskedRanges, hasIpv6: boolean): RangePolicies {
  const read = asked.ranges.map((text, position) => ({ text, position, ...judge(text, hasIpv6) }));
  const ranges = [...new Set(read.flatMap(({ cidr }) => cidr ?? []))];
  const fitting = new Set(ranges.slice(0, mostPolicies));
  const policies = [...fitting].map((cidr) => ({ action: 'ACCEPT', protocol: 'ALL', port: 'ALL', cidr }) as const);
  const tooMany = read.filter(({ cidr }) => cidr !== undefined && !fitting.has(cidr));
  const wrong: readonly WrongRange[] = read.flatMap(({ problem, ...one }) =>
    problem === undefined ? [] : [{ ...one, problem }],
  );
  const problems = { wrong, tooMany, room: mostPolicies, isNoneLeft: policies.length === 0 };
  return { policies, findings: sourceRangeFindings(asked.field, problems) };
}

interface Judged {
  readonly cidr?: string;
  /** Completes "it …". */
  readonly problem?: string;
}

/** 0.0.0.0/8 would let everybody in: the API takes 0.0.0.0 with any length for all addresses. */
function judge(text: string, hasIpv6: boolean): Judged {
  const cidr = readCidr(text);
  if (cidr === undefined) return { problem: 'is no range; write one such as 192.0.2.0/24' };
  if (cidr.family === 'IPv6' && !hasIpv6)
    return { problem: 'is IPv6, and the CLB of this Service has an IPv4 address' };
  if (cidr.text.startsWith('0.0.0.0/') && cidr.bits > 0)
    return { problem: 'would be every address to the cloud; write a range that does not begin with 0.0.0.0' };
  return { cidr: cidr.text };
}
