import { hourly, type Finding } from './finding.ts';

/** A difference up to this is normal, and harms nothing. */
const skewMs = 60_000;

/**
 * Whether the clock of the node of this pod is off. `offsetMs`: how far the API server's clock is ahead of it;
 * undefined while that is not known.
 */
export function clockSkewed(pod: string, offsetMs: number | undefined): Finding | undefined {
  if (offsetMs === undefined || Math.abs(offsetMs) <= skewMs) return undefined;
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const side = offsetMs > 0 ? 'behind' : 'ahead of';
  const message =
    `The clock of the node of pod ${pod} is about ${minutes} min ${side} the API server's, which is the one that ` +
    "counts here. Correct the node's clock.";
  return { severity: 'Warning', reason: 'ClockSkewed', message, repeat: hourly };
}
