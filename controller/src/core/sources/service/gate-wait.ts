import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { GateWait } from '../../model/gate-wait.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts } from './service-facts.ts';

type Annotated = Pick<ServiceFacts, 'annotations'>;

const mostSeconds = 86_400;

/** undefined: as the settings say, also while the annotation is malformed. */
export function gateWaitOf({ annotations }: Annotated): GateWait | undefined {
  const text = annotations[annotation.gateWaitLimit];
  if (text === 'hold') return { kind: 'hold' };
  if (text === undefined || !/^[1-9]\d{0,4}$/.test(text) || Number(text) > mostSeconds) return undefined;
  return { kind: 'open', afterMs: Number(text) * 1_000 };
}

export function gateWaitFindings(service: Annotated): readonly Finding[] {
  const text = service.annotations[annotation.gateWaitLimit];
  if (text === undefined || gateWaitOf(service) !== undefined) return [];
  const message =
    `Annotation ${annotation.gateWaitLimit} is "${safeText(text)}"; write "hold", or whole seconds from 1 to ` +
    `${mostSeconds}, for example "300". Until then WAIT_LIMIT_POLICY counts.`;
  return [malformedAnnotation(message)];
}
