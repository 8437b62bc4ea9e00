import type { LoadBalancer, Protocol } from './model.ts';
import { everyAddress, joinRanges, parseCidr, splitBy, type AddressRange } from './ipv4-ranges.ts';

/** An inbound rule of a security group, in the words of the VPC API. */
export interface SecurityRule {
  action: 'ACCEPT' | 'DROP';
  protocol: 'TCP' | 'UDP' | 'ALL';
  /** ALL, a port, a range of ports, or several of them: 80,443,8000-8010. */
  port: string;
  /** Clients: an address or a range such as 10.0.0.0/8. Of IPv6, only ::/0 lets anybody in. */
  cidrBlock: string;
}

/** What the VPC API knows of a group that it made, beside its inbound rules. */
export interface SecurityGroupFacts {
  region: string;
  name: string;
  description: string;
  tags: readonly { Key: string; Value: string }[];
  createdAtMs: number;
  /** Counts the changes of its rules. */
  version: number;
}

/** Inbound rules by the id of their group, in the order in which they are looked at. */
export type SecurityGroups = ReadonlyMap<string, readonly SecurityRule[]>;

interface PortRange {
  first: number;
  last: number;
}

/** Which clients reach some ports of a listener. */
export interface Admission {
  ports: PortRange;
  /** Nobody, when there are none. */
  clients: readonly AddressRange[];
}

const acceptAll: SecurityRule = { action: 'ACCEPT', protocol: 'ALL', port: 'ALL', cidrBlock: '0.0.0.0/0' };

/** The ports of a rule; undefined when the text is wrong. */
export function parsePorts(text: string): PortRange[] | undefined {
  if (text === 'ALL') return [{ first: 1, last: 65_535 }];
  const ranges = text.split(',').map((part) => {
    const [first = '', last = first, ...more] = part.split('-');
    const isWrong = more.length > 0 || ![first, last].every((port) => /^\d{1,5}$/.test(port));
    return isWrong ? { first: 1, last: 0 } : { first: Number(first), last: Number(last) };
  });
  return ranges.every(({ first, last }) => first >= 1 && first <= last && last <= 65_535) ? ranges : undefined;
}

const covers = (rule: SecurityRule, port: number) =>
  parsePorts(rule.port)?.some(({ first, last }) => first <= port && port <= last) === true;

/** Who gets in by the first rule that fits; those whom no rule fits do not. */
function admitted(rules: readonly SecurityRule[]): AddressRange[] {
  let undecided: readonly AddressRange[] = [everyAddress];
  const clients: AddressRange[] = [];
  for (const { action, cidrBlock } of rules) {
    const range = parseCidr(cidrBlock);
    if (!range) continue;
    const { inside, outside } = splitBy(undecided, range);
    if (action === 'ACCEPT') clients.push(...inside);
    undecided = outside;
  }
  return joinRanges(clients);
}

/** Where the ports of a listener have to be told apart, because a rule begins or ends there. */
function partsOf(rules: readonly SecurityRule[], { port, endPort }: { port: number; endPort: number }): PortRange[] {
  const last = Math.max(port, endPort);
  const edges = rules.flatMap((rule) => (parsePorts(rule.port) ?? []).flatMap((it) => [it.first, it.last + 1]));
  const starts = [...new Set([port, ...edges.filter((edge) => edge > port && edge <= last)])].sort((a, b) => a - b);
  return starts.map((first, index) => ({ first, last: (starts[index + 1] ?? last + 1) - 1 }));
}

const transportOf = (protocol: Protocol) => (protocol === 'UDP' || protocol === 'QUIC' ? 'UDP' : 'TCP');
const isEverybody = ({ clients: [first] }: Admission) =>
  first?.first === everyAddress.first && first.last === everyAddress.last;

/** Rules as this load balancer's clients meet them: of IPv6 all or none fit. */
function rulesFor(
  { ipv6Mode }: Pick<LoadBalancer, 'ipv6Mode'>,
  rules: readonly SecurityRule[],
): readonly SecurityRule[] {
  if (ipv6Mode === null) return rules;
  return rules
    .filter((rule) => rule === acceptAll || rule.cidrBlock === '::/0')
    .map((rule) => ({ ...rule, cidrBlock: acceptAll.cidrBlock }));
}

/**
 * Who reaches a listener, by port, where this is not everybody. The groups of a load balancer count in their order. A
 * group whose rules are not known lets everybody in, and so does a load balancer without groups.
 */
export function admissionsTo(
  groups: SecurityGroups,
  loadBalancer: Pick<LoadBalancer, 'secureGroups' | 'ipv6Mode'>,
  listener: { protocol: Protocol; port: number; endPort: number },
): Admission[] {
  const { secureGroups } = loadBalancer;
  if (secureGroups.length === 0) return [];
  const transport = transportOf(listener.protocol);
  const all = secureGroups.flatMap((id) => groups.get(id) ?? [acceptAll]);
  const rules = rulesFor(loadBalancer, all).filter(({ protocol }) => protocol === 'ALL' || protocol === transport);
  const admissions = partsOf(rules, listener).map((ports) => ({
    ports,
    clients: admitted(rules.filter((rule) => covers(rule, ports.first))),
  }));
  return admissions.filter((admission) => !isEverybody(admission));
}
