import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { switchFindings } from './switches.ts';

type Annotations = Readonly<Record<string, string>>;

/**
 * Whether the CLB that was made for an owner stays when the owner goes (TKE's annotation loadbalance-retain). A word
 * that cannot be read keeps it: a mistake deletes no CLB.
 */
export function keepsBalancer(annotations: Annotations, name: string): boolean {
  return !['', 'false'].includes(annotations[name]?.trim() ?? '');
}

export function keepFindings(annotations: Annotations, name: string): readonly Finding[] {
  return switchFindings(annotations, [name], 'it means "true"');
}
