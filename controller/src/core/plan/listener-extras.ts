import type { CloudErrorKind } from '../model/cloud-error.ts';
import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import type { ListenerSettings } from '../model/settings.ts';
import { isKind, type ModifyListener, type Step } from '../model/step.ts';
import type { Memory, RefusedStep } from './memory.ts';

/** What becomes of living connections: a listener stands and serves without them where the CLB refused them. */
const extras: ReadonlySet<string> = new Set<keyof ListenerSettings>([
  'deregisterTargetRst',
  'rescheduleTargetZeroWeight',
  'rescheduleUnhealthy',
  'rescheduleExpandTarget',
  'rescheduleStartTime',
  'rescheduleInterval',
]);

/**
 * The settings without extras that the CLB refused, or took without showing them since: they would be written for ever.
 * RST is our own wish, so it is not even asked for where the CLB does not show it.
 */
export function settingsWithExtras(
  settings: ListenerSettings,
  { id, settings: shown }: ObservedListener,
  { triedExtras }: Pick<Memory, 'triedExtras'>,
): ListenerSettings {
  const isAsked = ([name, value]: readonly [string, unknown]) =>
    !(name === 'deregisterTargetRst' && shown.deregisterTargetRst === undefined) &&
    !(extras.has(name) && triedExtras.has(extraKey(id, name, value)));
  return Object.fromEntries(Object.entries(settings).filter(isAsked));
}

/** Also without the right to change listeners everything else works: older versions did not need it. */
const givenUp: ReadonlySet<CloudErrorKind> = new Set(['refused', 'credentials']);

interface Outcome {
  readonly done: readonly Step[];
  readonly refused: readonly RefusedStep[];
}

/**
 * Extras of changes that the CLB refused, whichever of them was the reason, and of those that it confirmed. That the
 * answer of DescribeListeners has all of these options is not documented. RST it has.
 */
export function newlyTried({ done, refused }: Outcome): readonly string[] {
  const confirmed = done.filter(isKind('modify-listener')).flatMap(extraKeys);
  const final = refused.filter(({ error }) => givenUp.has(error.kind)).map(({ step }) => step);
  return [...confirmed.filter((key) => !isRst(key)), ...final.filter(isKind('modify-listener')).flatMap(extraKeys)];
}

/** Those that are shown now may be written again when they change. */
export function stillTried(tried: ReadonlySet<string>, { listeners }: ObservedLoadBalancer): ReadonlySet<string> {
  const standing = new Set(listeners.map(({ id }) => id));
  const shown = new Set(
    listeners.flatMap(({ id, settings }) => Object.entries(settings).map(([name, value]) => extraKey(id, name, value))),
  );
  return new Set([...tried].filter((key) => standing.has(key.split(' ')[0] ?? '') && !shown.has(key)));
}

function extraKeys({ listenerId, settings }: ModifyListener): readonly string[] {
  const asked = Object.entries(settings).filter(([name]) => extras.has(name));
  return asked.map(([name, value]) => extraKey(listenerId, name, value));
}

/** Opaque, but for the listener's id at its beginning. */
function extraKey(listenerId: string, name: string, value: unknown): string {
  return `${listenerId} ${name} ${JSON.stringify(value)}`;
}

function isRst(key: string): boolean {
  return key.includes(' deregisterTargetRst ');
}
