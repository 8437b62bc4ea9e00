import { longestMessage, safeText } from '../../domain/safe-text.ts';
import { DeadlineError } from '../../runtime/deadline.ts';
import { isAlreadyExists, isNotFound, isPassing, patchType, type KubeApi } from '../client/kube-api.ts';
import { event as eventPath, events as eventsPath } from '../client/paths.ts';
import { namespaceOf, type Series } from './event-series.ts';

interface Sender {
  readonly api: KubeApi;
  readonly component: string;
}

/** Writes the Event of a series, or counts it up if it was written before. */
export async function sendEvent(sender: Sender, entry: Series, signal: AbortSignal): Promise<void> {
  if (entry.written > 0 && (await countUp(sender, entry, signal))) return;
  const path = eventsPath(namespaceOf(entry.event));
  try {
    await sender.api.call({ method: 'POST', path, body: bodyOf(sender.component, entry), signal });
  } catch (error) {
    // An earlier write took effect although its answer did not come.
    if (!isAlreadyExists(error)) throw error;
    await countUp(sender, entry, signal);
  }
}

export function mayWorkLater(error: unknown): boolean {
  return isPassing(error) || error instanceof DeadlineError;
}

/** False when the Event has been cleaned up meanwhile. */
async function countUp({ api }: Sender, entry: Series, signal: AbortSignal): Promise<boolean> {
  const body = { count: entry.count, lastTimestamp: new Date().toISOString() };
  const path = eventPath(namespaceOf(entry.event), entry.name);
  try {
    await api.call({ method: 'PATCH', path, body, contentType: patchType.merge, signal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

function bodyOf(component: string, { event, name, firstSeen, count }: Series) {
  const { regarding, type, reason, message } = event;
  return {
    metadata: { name, namespace: namespaceOf(event) },
    involvedObject: regarding,
    type,
    reason,
    message: safeText(message, longestMessage),
    source: { component },
    reportingComponent: component,
    firstTimestamp: firstSeen,
    lastTimestamp: new Date().toISOString(),
    count,
  };
}
