import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import type { ServiceFacts } from './service-facts.ts';

type Affinity = Pick<ServiceFacts, 'sessionAffinity' | 'sessionAffinitySeconds'>;

/** What a listener takes, in seconds; rules take up to a day (docs 214/30693, 214/30691). */
const least = 30;
const mostOf = { listener: 3_600, rule: 86_400 } as const;

/** As Kubernetes has it by default. */
const usual = 10_800;

/** The time that a place gets; undefined: the Service asks for none. */
export function affinitySeconds(service: Affinity, kind: keyof typeof mostOf): number | undefined {
  if (service.sessionAffinity !== 'ClientIP') return undefined;
  return Math.min(Math.max(service.sessionAffinitySeconds ?? usual, least), mostOf[kind]);
}

/** That a CLB has another time than the Service asks for. */
export function affinityFindings(service: Affinity): readonly Finding[] {
  const asked = service.sessionAffinitySeconds ?? usual;
  const given = affinitySeconds(service, 'listener');
  if (given === undefined || given === asked) return [];
  const message =
    `spec.sessionAffinityConfig.clientIP.timeoutSeconds is ${asked}, and a listener takes ${least} to ` +
    `${mostOf.listener}: it gets ${given}. Write a time in this range to have what is written.`;
  return [{ severity: 'Normal', reason: 'SessionTimeChanged', message, repeat: { ...hourly, by: 'message' } }];
}
