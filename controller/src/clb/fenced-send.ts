import { leaseLost } from '../core/model/cloud-error.ts';
import type { Send } from './send.ts';

/** Asks for the Lease right before a request that writes goes out: it may have waited for its turn for long. */
export function fencedSend(send: Send, isHeld: () => boolean): Send {
  return async (ask, attempt) => {
    if (ask.effect === 'write' && !isHeld()) throw leaseLost(ask.action);
    return send(ask, attempt);
  };
}
