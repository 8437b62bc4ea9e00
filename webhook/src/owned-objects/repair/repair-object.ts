import type { RightToWrite } from '@clb-direct/certs/right-to-write.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { HealMetrics } from '../../heal-metrics.ts';
import type { RepairAnnouncer } from '../../findings/repair-findings.ts';
import type { Fights } from './contention.ts';
import type { Repair, Sight } from '../owned-object.ts';

/** Whoever has to know of a repair. */
export interface Healing {
  readonly fights: Fights;
  readonly repairs: RepairAnnouncer;
  readonly metrics: HealMetrics;
  readonly log: Log;
}

/** Puts an object right. Returns 0, or how long to wait (in milliseconds) because others change it again and again. */
export async function heal(o: Healing, sight: Sight, held: RightToWrite): Promise<number> {
  if (sight.drifts.length === 0) return 0;
  const waitMs = o.fights.waitMs(sight.object, sight.drifts);
  if (waitMs > 0) return waitMs;
  if (!held.isHeld()) throw new Error(`The Lease was lost before the ${sight.object} was written.`);
  tell(o, sight, await sight.repair(held.signal));
  return 0;
}

function tell(o: Healing, sight: Sight, { written, left }: Repair): void {
  const { object, drifts } = sight;
  const { contested, news } = o.fights.repaired(object, drifts);
  const repaired = drifts.filter((drift) => !left.includes(drift));
  if (left.length > 0)
    o.log.warn({ object, fields: left }, 'the API server does not keep these fields as they are written');
  if (repaired.length > 0) o.log.warn({ object, drifts: repaired }, 'put right');
  o.metrics.repaired(object, repaired);
  const peaceful = repaired.filter((drift) => !contested.includes(drift));
  if (peaceful.length > 0) o.repairs.repaired({ ...sight, drifts: peaceful }, written);
  if (news.length > 0) o.repairs.contested({ ...sight, drifts: news }, written);
}
