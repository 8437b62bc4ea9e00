import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { slotOfPort } from '../model/place.ts';
import type { Plan } from '../plan/plan.ts';
import type { ReplacedListener } from '../plan/replaced-listener.ts';
import { replacementsIn } from '../plan/replacement.ts';

/** Of each listener that goes for the one that is wished at its port: its owners' UIDs, and what they should know. */
export function listenersReplaced({ steps, replaced }: Pick<Plan, 'steps' | 'replaced'>, balancerId: string) {
  const back = new Set(replaced.filter(({ refusal }) => refusal !== undefined).map(portOf));
  const wished = replacementsIn(steps).filter(({ step }) => !back.has(slotOfPort(step.place)));
  return wished.map(({ step, next }) => {
    const { listenerId, place, owners } = step;
    const message =
      `Clients of port ${place.port} of ${balancerId} are interrupted for some seconds: a listener's protocol cannot ` +
      `be changed, so ${listenerId} (${place.protocol}) is deleted, and one for ${next.place.protocol} is made. ` +
      'To avoid this, add another port for the new protocol, move the clients, and then remove the old one.';
    return { owners, finding: { severity: 'Warning', reason: 'ListenerReplaced', message } satisfies Finding };
  });
}

function portOf({ listener }: ReplacedListener): string {
  return slotOfPort(listener.place);
}
