import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Step } from '../model/step.ts';
import { replacementsIn } from '../plan/replacement.ts';

/** Of each listener that is deleted to make another one at its port: its owners' UIDs, and what they should know. */
export function listenersReplaced(steps: readonly Step[], balancerId: string) {
  return replacementsIn(steps).map(({ step, next }) => {
    const { listenerId, place, owners } = step;
    const message =
      `Clients of port ${place.port} of ${balancerId} are interrupted for some seconds: a listener's protocol cannot ` +
      `be changed, so ${listenerId} (${place.protocol}) is deleted, and one for ${next.place.protocol} is made. ` +
      'To avoid this, add another port for the new protocol, move the clients, and then remove the old one.';
    return { owners, finding: { severity: 'Warning', reason: 'ListenerReplaced', message } satisfies Finding };
  });
}
