import type { Owner } from './owner.ts';
import type { ObjectReference } from './related-objects.ts';

/** One inbound rule of a security group, in the words of the VPC API. */
export interface SecurityPolicy {
  readonly action: 'ACCEPT' | 'DROP';
  readonly protocol: 'TCP' | 'UDP' | 'ALL';
  /** Numbers with commas between, or ALL. */
  readonly port: string;
  /** Of clients, IPv4 or IPv6. */
  readonly cidr: string;
}

/** The security group that the CLB of an owner is to have. */
export interface WantedGroup {
  readonly owner: Owner;
  readonly policies: readonly SecurityPolicy[];
}

/** One that carries the tags of this cluster, so that we made it. */
export interface StandingGroup {
  readonly id: string;
  readonly ownerUid: string;
}

/** What an owner refers to: its group is news for it. */
export function sourceGroupReference(uid: string): ObjectReference<'SourceGroup'> {
  return { kind: 'SourceGroup', namespace: '', name: uid };
}

/** The same text for the same clients and ports: policies that all accept have no order. */
export function contentOf(policies: readonly Readonly<Record<keyof SecurityPolicy, string>>[]): string {
  const lines = policies.map(
    ({ action, protocol, port, cidr }) => `${action} ${protocol} ${portsOf(port)} ${plain(cidr)}`,
  );
  return [...new Set(lines)].toSorted().join('\n');
}

function portsOf(port: string): string {
  if (!/^[\d,]+$/.test(port)) return port;
  const numbers = port.split(',').map(Number);
  return numbers.toSorted((a, b) => a - b).join();
}

/** The API may show the range of one address as that address. */
function plain(cidr: string): string {
  return cidr.includes(':') ? cidr.replace(/\/128$/, '') : cidr.replace(/\/32$/, '');
}
