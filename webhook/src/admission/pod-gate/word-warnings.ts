import { optOutValue, type GateRule, type PodFacts } from '@clb-direct/shared/domain/gate-rule.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';

/** Of annotations of a pod whose words mean nothing: they count as absent, and whoever creates the pod is told. */
export function wordWarnings(
  { annotations }: Pick<PodFacts, 'annotations'>,
  { optOutAnnotation }: Pick<GateRule, 'optOutAnnotation'>,
): readonly string[] {
  return [
    ...wrongWord(annotations, optOutAnnotation, [optOutValue]),
    ...wrongWord(annotations, annotation.drainBeforeDelete, ['true', 'false']),
  ];
}

function wrongWord(annotations: PodFacts['annotations'], name: string, words: readonly string[]): readonly string[] {
  const value = annotations[name];
  if (value === undefined || value === '' || words.includes(value)) return [];
  const allowed = words.map((word) => `"${word}"`).join(' or ');
  return [`clb-direct: annotation ${name} is "${safeText(value)}"; write ${allowed}. Until then it counts as absent.`];
}
