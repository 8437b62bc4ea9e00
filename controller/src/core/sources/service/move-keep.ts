import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ServiceFacts } from './service-facts.ts';

type Annotated = Pick<ServiceFacts, 'moveKeepSeconds'>;

const mostSeconds = 86_400;

/** How long the old CLB goes on after a move; undefined: as the setting says. */
export function moveKeepMs({ moveKeepSeconds }: Annotated): number | undefined {
  if (moveKeepSeconds === undefined || !/^\d{1,5}$/.test(moveKeepSeconds)) return undefined;
  const seconds = Number(moveKeepSeconds);
  return seconds <= mostSeconds ? seconds * 1000 : undefined;
}

export function moveKeepFindings(service: Annotated): readonly Finding[] {
  const { moveKeepSeconds } = service;
  if (moveKeepSeconds === undefined || moveKeepMs(service) !== undefined) return [];
  const message =
    `Annotation ${annotation.moveKeepSeconds} is "${safeText(moveKeepSeconds)}"; ` +
    `write whole seconds from 0 to ${mostSeconds}. Until then MOVE_KEEP_MS counts.`;
  return [{ severity: 'Warning', reason: 'AnnotationMalformed', message }];
}
