import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ServiceFacts } from './service-facts.ts';
import { askedRanges, type effectOfRanges } from './source-ranges.ts';

/** A field of a Service that asks for something which we do not do. */
interface Field {
  readonly name: string;
  /** undefined: the field asks for nothing. */
  readonly valueIn: (service: ServiceFacts) => string | undefined;
  /** What happens instead, and what to use. */
  readonly instead: string;
}

type RangeEffect = ReturnType<typeof effectOfRanges>;

/** Of source ranges that do not become a security group. */
const rangesInstead: Readonly<Record<Exclude<RangeEffect, 'group'>, string>> = {
  none:
    'others may use this CLB too, and it admits all clients. To restrict them, bind a security group with these ' +
    'sources to the CLB in its console, and then remove this.',
  'named-groups':
    `annotation ${annotation.securityGroups} says who may come. Remove one of the two, so that nobody takes the ` +
    'ranges for the rule.',
};

/**
 * Not among them: `externalTrafficPolicy`. Where targets are pods, what it asks for is so in any case: no hop by
 * another node, and no traffic to a node without a ready pod. Where they are nodes, it has effect.
 */
const fields: readonly Field[] = [
  {
    name: 'spec.loadBalancerIP',
    valueIn: ({ loadBalancerIP: ip }) => (ip === '' ? undefined : ip),
    instead: `clients reach the address of the CLB that annotation ${annotation.existingLoadBalancer} names.`,
  },
  {
    name: 'spec.healthCheckNodePort',
    valueIn: ({ healthCheckNodePort: port }) => port?.toString(),
    instead:
      'the CLB checks the targets themselves, so that a node without a ready pod gets no traffic in any case. Leave ' +
      'it out, and Kubernetes chooses a port.',
  },
];

/** A Warning for each such field, because its author expects an effect. Everything else of the Service works. */
export function fieldsWithoutEffect(service: ServiceFacts, ofRanges: RangeEffect): readonly Finding[] {
  const others = fields.flatMap(({ name, valueIn, instead }) => {
    const value = valueIn(service);
    return value === undefined ? [] : [withoutEffect(name, value, instead)];
  });
  const asked = askedRanges(service);
  if (asked === undefined || ofRanges === 'group') return others;
  const name = asked.field.replace(/^annotation/, 'Annotation');
  return [withoutEffect(name, asked.ranges.join(', '), rangesInstead[ofRanges]), ...others];
}

function withoutEffect(name: string, value: string, instead: string): Finding {
  return warning(`${name} (${safeText(value)}) has no effect: ${instead}`);
}

function warning(message: string): Finding {
  // By message: several fields have the same reason.
  return {
    severity: 'Warning',
    reason: 'FieldWithoutEffect',
    message,
    repeat: { by: 'message', afterMs: 3_600_000 },
  };
}
