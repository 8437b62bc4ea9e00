import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { malformedAnnotation } from './malformed-annotation.ts';

type Annotations = Readonly<Record<string, string>>;

/** Annotations of a Service that are "true" or "false" and have no findings of their own elsewhere. */
export const switchesOfServices: readonly string[] = [annotation.passToTarget, annotation.graceDeletion];

export function isOn(annotations: Annotations, name: string): boolean {
  return annotations[name]?.trim() === 'true';
}

/** Another word than "true" and "false" is not what its author means it to be. `until`: what comes of it. */
export function switchFindings(
  annotations: Annotations,
  names: readonly string[],
  until = 'it counts as absent',
): readonly Finding[] {
  return names.flatMap((name) => {
    const text = annotations[name]?.trim() ?? '';
    if (['', 'true', 'false'].includes(text)) return [];
    const cure = `write "true" or "false". Until then ${until}.`;
    return [malformedAnnotation(`Annotation ${name} is "${safeText(text)}"; ${cure}`)];
  });
}
