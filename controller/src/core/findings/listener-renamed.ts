import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';
import { describePlace } from '../model/place.ts';
import type { ModifyListener } from '../model/step.ts';
import { adoptedBy } from '../plan/adopted-by.ts';
import { makerOfListener } from '../plan/listener-name.ts';

/** That a listener was renamed by hand and gets its name back; undefined for a step that does something else. */
export function listenerRenamed(step: ModifyListener, observed: ObservedLoadBalancer): Finding | undefined {
  const { id, listeners } = observed;
  const listener = listeners.find((one) => one.id === step.listenerId);
  if (step.name === undefined || listener === undefined || makerOfListener(listener.name) !== undefined)
    return undefined;
  if (adoptedBy(step, observed) !== undefined) return undefined;
  const message =
    `Leave the name of listener ${listener.id} (${describePlace(step.place)}) of ${id} alone: somebody changed it to ` +
    `"${safeText(listener.name)}". Its targets are pods that this object selects, so it is named ${step.name} again. ` +
    'Without targets clb-direct could not have told that it is its own.';
  return {
    severity: 'Warning',
    reason: 'ListenerRenamed',
    message,
    repeat: { ...hourly, part: `${id} ${listener.id}` },
  };
}
