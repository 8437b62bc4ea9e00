import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { HealthCheck } from '../../model/settings.ts';
import { malformedAnnotation } from '../service/malformed-annotation.ts';
import type { IngressFacts } from './ingress-facts.ts';

type Annotated = Pick<IngressFacts, 'annotations'>;

interface Word {
  readonly name: string;
  /** undefined: it cannot be read. */
  readonly read: (text: string) => HealthCheck | undefined;
  readonly allowed: string;
}

/** HealthCheck.HttpCode is a sum: 1 for 1xx, 2 for 2xx, up to 16 for 5xx (doc 214/30694). */
const classes: Readonly<Record<string, number>> = { '1xx': 1, '2xx': 2, '3xx': 4, '4xx': 8, '5xx': 16 };

/** Of all rules of the Ingress. What none of them says stays on the CLB as it is. */
const words: readonly Word[] = [
  {
    name: annotation.healthCheck,
    read: (text) => (text === 'on' ? { HealthSwitch: 1 } : text === 'off' ? { HealthSwitch: 0 } : undefined),
    allowed: '"on" or "off"',
  },
  {
    name: ingressAnnotation.healthCheckPath,
    read: (text) => (/^\/\S{0,199}$/.test(text) ? { HttpCheckPath: text } : undefined),
    allowed: 'a path of at most 200 characters, such as "/healthz"',
  },
  {
    name: ingressAnnotation.healthCheckMethod,
    read: (text) => (text === 'GET' || text === 'HEAD' ? { HttpCheckMethod: text } : undefined),
    allowed: '"GET" or "HEAD"',
  },
  {
    name: ingressAnnotation.healthCheckStatuses,
    read: readStatuses,
    allowed: 'one or more of 1xx, 2xx, 3xx, 4xx and 5xx, with commas between, such as "2xx,3xx"',
  },
];

function readStatuses(text: string): HealthCheck | undefined {
  const asked = new Set(text.split(',', 20).map((one) => one.trim()));
  const bits = [...asked].map((one) => (Object.hasOwn(classes, one) ? (classes[one] ?? 0) : 0));
  return bits.includes(0) ? undefined : { HttpCode: bits.reduce((sum, bit) => sum + bit, 0) };
}

export function healthCheckOf({ annotations }: Annotated): HealthCheck {
  const asked = words.map(({ name, read }) => (annotations[name] === undefined ? undefined : read(annotations[name])));
  return Object.assign({}, ...asked) as HealthCheck;
}

export function healthCheckFindings({ annotations }: Annotated): readonly Finding[] {
  return words.flatMap(({ name, read, allowed }) => {
    const text = annotations[name];
    if (text === undefined || read(text) !== undefined) return [];
    const cure = `write ${allowed}. Until then nothing is changed for it.`;
    return [malformedAnnotation(`Annotation ${name} is "${safeText(text)}"; ${cure}`)];
  });
}
