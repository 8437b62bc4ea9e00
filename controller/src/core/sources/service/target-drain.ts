import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ServiceFacts } from './service-facts.ts';

type Asked = Pick<ServiceFacts, 'targetDrain'>;

const mostSeconds = 3_600;

/** How long the Service's targets stay at weight 0 while their pods run; undefined: as the settings say. */
export function targetDrainMs({ targetDrain }: Asked): number | undefined {
  if (targetDrain === undefined || !/^(0|[1-9]\d{0,3})$/.test(targetDrain)) return undefined;
  const seconds = Number(targetDrain);
  return seconds <= mostSeconds ? seconds * 1_000 : undefined;
}

export function targetDrainFindings({ targetDrain }: Asked): readonly Finding[] {
  if (targetDrain === undefined || targetDrainMs({ targetDrain }) !== undefined) return [];
  const message =
    `Annotation ${annotation.targetDrain} is "${safeText(targetDrain)}"; ` +
    `write whole seconds from 0 to ${mostSeconds}, for example "300". Until then TARGET_DRAIN_MS counts.`;
  return [{ severity: 'Warning', reason: 'AnnotationMalformed', message, repeat: { ...hourly, by: 'message' } }];
}
