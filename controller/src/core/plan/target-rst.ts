import type { CloudErrorKind } from '../model/cloud-error.ts';
import type { ObservedListener } from '../model/observed.ts';
import type { ListenerSettings } from '../model/settings.ts';
import type { Memory, RefusedStep } from './memory.ts';

/**
 * RST for connections that outlive a drain is an extra: a listener stands without it where the CLB refused it, and
 * where the CLB does not show it, it would be written for ever.
 */
export function settingsWithRst(
  settings: ListenerSettings,
  standing: ObservedListener,
  { withoutRst }: Pick<Memory, 'withoutRst'>,
): ListenerSettings {
  const isShown = standing.settings.deregisterTargetRst !== undefined;
  if (isShown && !withoutRst.has(standing.id)) return settings;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== 'deregisterTargetRst'));
}

/** Also without the right to change listeners everything else works: older versions did not need it. */
const givenUp: ReadonlySet<CloudErrorKind> = new Set(['refused', 'credentials']);

/** The listeners of changes with RST in them that the CLB refused; whether RST was the reason is not known. */
export function refusedRst(refused: readonly RefusedStep[]): readonly string[] {
  return refused.flatMap(({ step, error }) => {
    if (step.kind !== 'modify-listener' || !givenUp.has(error.kind)) return [];
    return step.settings.deregisterTargetRst === true ? [step.listenerId] : [];
  });
}
