import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { describePlace } from '../model/place.ts';
import type { CreateListener } from '../model/step.ts';

/** A listener of ours that was deleted by hand. */
export function listenerMissing({ place }: CreateListener, listenerId: string, balancerId: string): Finding {
  const message =
    `Listener ${listenerId} (${describePlace(place)}) of ${balancerId} is gone, and clb-direct did not delete it; ` +
    'clients reach nothing there. It is made again with its targets. ' +
    'To take a port away, change this object and not the CLB.';
  return { severity: 'Warning', reason: 'ListenerMissing', message };
}

export function listenerRestored({ place }: CreateListener, balancerId: string): Finding {
  const listener = `Listener ${describePlace(place)} of ${balancerId}`;
  const message = `${listener} was missing and has been made again; its targets follow.`;
  return { severity: 'Normal', reason: 'ListenerRestored', message };
}
