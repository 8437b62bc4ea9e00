import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';

/** An annotation whose author expects an effect that there is not. Each text is told again after an hour. */
export function annotationWithoutEffect(message: string, severity: Finding['severity'] = 'Warning'): Finding {
  return { severity, reason: 'AnnotationWithoutEffect', message, repeat: { ...hourly, by: 'message' } };
}
