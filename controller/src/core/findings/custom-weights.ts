import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Binding } from '../model/binding.ts';
import { toWeight, weightRange } from '../model/chosen-weight.ts';
import { listed } from '../model/listed.ts';
import { stageOf } from '../model/pod-view.ts';
import type { PodsOf } from './no-pod-fits.ts';

/** Pods of an owner whose annotation for their weight says none; they have the weight that they would have without. */
export function malformedWeights(bindings: readonly Binding[], podsOf: PodsOf): Finding | undefined {
  const pods = new Map(bindings.flatMap((binding) => podsOf(binding).map((pod) => [pod.name, pod] as const)));
  const wrong = [...pods.values()].filter(
    (pod) => pod.customWeight !== undefined && stageOf(pod) !== 'gone' && toWeight(pod.customWeight) === undefined,
  );
  if (wrong.length === 0) return undefined;
  const names = listed(wrong, ({ name, customWeight = '' }) => `"${safeText(customWeight)}" on ${name}`);
  const message =
    `Annotation ${annotation.customWeight} of ${wrong.length} pods is no weight (${names}); ` +
    `write a whole number from ${weightRange.least} to ${weightRange.most}. Until then it has no effect.`;
  const repeat = { ...hourly, part: annotation.customWeight };
  return { severity: 'Warning', reason: 'AnnotationMalformed', message, repeat };
}
