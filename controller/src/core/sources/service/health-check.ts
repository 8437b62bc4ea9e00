import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ListenerSettings } from '../../model/settings.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts } from './service-facts.ts';

type Asked = Pick<ServiceFacts, 'healthCheck'>;

const switches: Readonly<Record<string, 0 | 1>> = { on: 1, off: 0 };

/** Nothing where the Service asks for nothing: then a new listener has the cloud's default, which is on. */
export function healthCheckSettings({ healthCheck = '' }: Asked): Pick<ListenerSettings, 'healthCheck'> {
  const HealthSwitch = Object.hasOwn(switches, healthCheck) ? switches[healthCheck] : undefined;
  return HealthSwitch === undefined ? {} : { healthCheck: { HealthSwitch } };
}

export function healthCheckFindings({ healthCheck }: Asked): readonly Finding[] {
  if (healthCheck === undefined || Object.hasOwn(switches, healthCheck)) return [];
  const message =
    `Annotation ${annotation.healthCheck} is "${safeText(healthCheck)}"; write "on" or "off". ` +
    'Until then nothing is changed for it.';
  return [malformedAnnotation(message)];
}
