import { isIPv6 } from 'node:net';
import type { SecurityGroupPolicySet } from 'tencentcloud-sdk-nodejs/tencentcloud/services/vpc/v20170312/vpc_models.js';
import { ApiError } from '../../errors/api-error.ts';
import { checkQuota } from '../../limits/quotas.ts';
import { parseCidr } from '../../state/ipv4-ranges.ts';
import { parsePorts, type SecurityGroupFacts, type SecurityRule } from '../../state/security-groups.ts';
import type { ActionContext } from '../parts/action.ts';

type Policy = NonNullable<SecurityGroupPolicySet['Ingress']>[number];

/** The inbound policies of a request as rules. Outbound ones mean nothing for a load balancer and are not kept. */
export function rulesOf({ Ingress = [], Egress = [] }: SecurityGroupPolicySet, context: ActionContext): SecurityRule[] {
  checkQuota('policies', 0, Ingress.length + Egress.length, context.quotas.policiesPerSecurityGroup);
  return Ingress.map(ruleOf);
}

function ruleOf(policy: Policy): SecurityRule {
  const { Protocol: protocol = 'ALL', Port: port = 'ALL', Action: action = '' } = policy;
  const isAll = port.toUpperCase() === 'ALL';
  if (!isAll && (protocol.toUpperCase() === 'ALL' || parsePorts(port) === undefined)) throw wrong('Port', port);
  return {
    action: oneOf(['ACCEPT', 'DROP'], 'Action', action),
    protocol: oneOf(['TCP', 'UDP', 'ALL'], 'Protocol', protocol),
    port: isAll ? 'ALL' : port,
    cidrBlock: cidrOf(policy),
  };
}

/** Templates and other groups are not emulated. */
function cidrOf({ CidrBlock: ipv4 = '', Ipv6CidrBlock: ipv6 = '' }: Policy): string {
  if (ipv4 !== '' && ipv6 !== '') {
    throw new ApiError('InvalidParameter.Coexist', 'CidrBlock and Ipv6CidrBlock exclude each other.');
  }
  if (ipv6 !== '') return isIpv6Range(ipv6) ? ipv6 : refuse('Ipv6CidrBlock', ipv6);
  if (parseCidr(ipv4) === undefined) throw wrong('CidrBlock', ipv4);
  // As the API's documentation says it: 0.0.0.0/n becomes 0.0.0.0/0.
  return ipv4.startsWith('0.0.0.0/') ? '0.0.0.0/0' : ipv4;
}

function isIpv6Range(text: string): boolean {
  const [base = '', bits = '128', ...more] = text.split('/');
  return isIPv6(base) && /^(\d{1,2}|1[01]\d|12[0-8])$/.test(bits) && more.length === 0;
}

function oneOf<T extends string>(values: readonly T[], field: string, text: string): T {
  return values.find((one) => one === text.toUpperCase()) ?? refuse(field, text);
}

function refuse(field: string, value: string): never {
  throw wrong(field, value);
}

function wrong(field: string, value: string): ApiError {
  return new ApiError('InvalidParameterValue', `The value ${value} of ${field} is not valid.`);
}

/** As the API shows them. */
export function policySetOf(rules: readonly SecurityRule[], version: number) {
  const Ingress = rules.map(({ action, protocol, port, cidrBlock }, PolicyIndex) => ({
    PolicyIndex,
    Action: action,
    Protocol: protocol,
    Port: port,
    ...(cidrBlock.includes(':') ? { Ipv6CidrBlock: cidrBlock } : { CidrBlock: cidrBlock }),
  }));
  return { Version: String(version), Ingress, Egress: [] };
}

/** A group of the region that the VPC API made. */
export function requireGroup(id: string, { store, region }: ActionContext): SecurityGroupFacts {
  const found = store.madeSecurityGroups.get(id);
  if (found?.region !== region) throw new ApiError('ResourceNotFound', `The security group ${id} is not found.`);
  return found;
}
