import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts } from './service-facts.ts';

type Fact = 'moveKeepSeconds' | 'targetDrainSeconds';

/** Annotations that are a time: whole seconds from 0 to `most`. Without one, or a wrong one, the setting counts. */
const times: Readonly<Record<Fact, { readonly most: number; readonly setting: string }>> = {
  /** How long the old CLB goes on after a move. */
  moveKeepSeconds: { most: 86_400, setting: 'MOVE_KEEP_MS' },
  /** How long the Service's targets stay at weight 0 while their pods run. */
  targetDrainSeconds: { most: 3_600, setting: 'TARGET_DRAIN_MS' },
};

type Annotated = Pick<ServiceFacts, Fact>;

/** undefined: as the setting says. */
export function timeMs(service: Annotated, fact: Fact): number | undefined {
  const text = service[fact];
  if (text === undefined || !/^(0|[1-9]\d{0,4})$/.test(text)) return undefined;
  const seconds = Number(text);
  return seconds <= times[fact].most ? seconds * 1_000 : undefined;
}

export function timeFindings(service: Annotated): readonly Finding[] {
  const facts = Object.keys(times) as Fact[];
  const wrong = facts.filter((fact) => service[fact] !== undefined && timeMs(service, fact) === undefined);
  return wrong.map((fact) => malformed(fact, service[fact] ?? ''));
}

function malformed(fact: Fact, text: string): Finding {
  const { most, setting } = times[fact];
  const message =
    `Annotation ${annotation[fact]} is "${safeText(text)}"; ` +
    `write whole seconds from 0 to ${most}, for example "300". Until then ${setting} counts.`;
  return malformedAnnotation(message);
}
