import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { malformedAnnotation } from './malformed-annotation.ts';

type Annotations = Readonly<Record<string, string>>;

/**
 * Whether the CLB that was made for an owner stays when the owner goes (TKE's annotation loadbalance-retain). A word
 * that cannot be read keeps it: a mistake deletes no CLB.
 */
export function keepsBalancer(annotations: Annotations, name: string): boolean {
  return !['', 'false'].includes(textOf(annotations, name));
}

export function keepFindings(annotations: Annotations, name: string): readonly Finding[] {
  const text = textOf(annotations, name);
  if (['', 'true', 'false'].includes(text)) return [];
  const message = `Annotation ${name} is "${safeText(text)}"; write "true" or "false". Until then it means "true".`;
  return [malformedAnnotation(message)];
}

function textOf(annotations: Annotations, name: string): string {
  return annotations[name]?.trim() ?? '';
}
