import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Binding } from '../../model/binding.ts';
import { listed } from '../../model/listed.ts';
import { describePlace, type ListenerProtocol } from '../../model/place.ts';
import type { ListenerSettings } from '../../model/settings.ts';
import { annotationWithoutEffect } from './annotation-without-effect.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts } from './service-facts.ts';

type Annotated = Pick<ServiceFacts, 'annotations'>;
type Setting = keyof Pick<
  ListenerSettings,
  | 'deregisterTargetRst'
  | 'rescheduleTargetZeroWeight'
  | 'rescheduleUnhealthy'
  | 'rescheduleExpandTarget'
  | 'rescheduleStartTime'
  | 'rescheduleInterval'
>;

/** What becomes of living connections when targets change, each in the words of ModifyListener (the SDK's models). */
const options: Readonly<Record<string, readonly [Setting, 'switch' | 'seconds']>> = {
  [annotation.deregisterTargetRst]: ['deregisterTargetRst', 'switch'],
  [annotation.rescheduleTargetZeroWeight]: ['rescheduleTargetZeroWeight', 'switch'],
  [annotation.rescheduleUnhealthy]: ['rescheduleUnhealthy', 'switch'],
  [annotation.rescheduleExpandTarget]: ['rescheduleExpandTarget', 'switch'],
  [annotation.rescheduleStartSeconds]: ['rescheduleStartTime', 'seconds'],
  [annotation.rescheduleIntervalSeconds]: ['rescheduleInterval', 'seconds'],
};

const mostSeconds = 3_600;

/** Only listeners of TCP and UDP have them. */
function hasOptions(protocol: string): boolean {
  return protocol === 'TCP' || protocol === 'UDP';
}

/**
 * What the Service asks for, and RST at TCP in any case: whoever still has a connection when its target leaves must
 * learn of it, and not wait for a silent address. What it does not ask for stays on the CLB as it is.
 */
export function listenerOptions({ annotations }: Annotated, protocol: ListenerProtocol): ListenerSettings {
  if (!hasOptions(protocol)) return {};
  const asked = Object.entries(options).flatMap(([name, [setting, form]]) => {
    const value = valueOf(annotations[name], form);
    return value === undefined ? [] : [[setting, value] as const];
  });
  return { ...(protocol === 'TCP' ? { deregisterTargetRst: true } : {}), ...Object.fromEntries(asked) };
}

/** undefined: it is not there, or wrong. */
function valueOf(text: string | undefined, form: 'switch' | 'seconds'): boolean | number | undefined {
  if (text === undefined) return undefined;
  if (form === 'switch') return text === 'true' ? true : text === 'false' ? false : undefined;
  const seconds = /^(0|[1-9]\d{0,3})$/.test(text) ? Number(text) : Infinity;
  return seconds <= mostSeconds ? seconds : undefined;
}

/** Of wrong values, and of ports that have no such options. `bindings`: of this Service. */
export function listenerOptionFindings({ annotations }: Annotated, bindings: readonly Binding[]): readonly Finding[] {
  const asked = Object.entries(options).filter(([name]) => annotations[name] !== undefined);
  const wrong = asked.filter(([name, [, form]]) => valueOf(annotations[name], form) === undefined);
  const right = asked.filter((one) => !wrong.includes(one)).map(([name]) => name);
  return [
    ...wrong.map(([name, [, form]]) => malformed(name, annotations[name] ?? '', form)),
    ...withoutEffect(right, bindings),
  ];
}

function malformed(name: string, text: string, form: 'switch' | 'seconds'): Finding {
  const right = form === 'switch' ? '"true" or "false"' : `whole seconds from 0 to ${mostSeconds}`;
  const message = `Annotation ${name} is "${safeText(text)}"; write ${right}. Until then nothing is changed for it.`;
  return malformedAnnotation(message);
}

function withoutEffect(names: readonly string[], bindings: readonly Binding[]): readonly Finding[] {
  const inVain = bindings.filter(({ place, existing }) => existing !== undefined || !hasOptions(place.protocol));
  if (names.length === 0 || inVain.length === 0) return [];
  const where = listed(inVain, ({ place }) => describePlace(place));
  const message =
    `Annotation ${listed(names, (name) => name)} has no effect at ${where}: ` +
    'only listeners of TCP and UDP that clb-direct makes have it.';
  return [annotationWithoutEffect(message, 'Normal')];
}
