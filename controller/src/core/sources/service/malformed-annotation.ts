import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';

/** The value of an annotation is wrong. Each text is told again after an hour, whatever other annotations are wrong. */
export function malformedAnnotation(message: string): Finding {
  return { severity: 'Warning', reason: 'AnnotationMalformed', message, repeat: { ...hourly, by: 'message' } };
}
