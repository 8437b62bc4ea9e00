import type { RightToWrite } from '@clb-direct/certs/right-to-write.ts';
import type { RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { OwnedObject, Repaired } from '../owned-object.ts';
import type { Contention } from './contention.ts';
import type { RepairMetrics } from './repair-metrics.ts';

/** What a repair needs besides the object. */
export interface RepairContext {
  readonly contention: Contention;
  readonly findings: RepairFindings;
  readonly metrics: RepairMetrics;
  readonly log: Log;
}

/** Reports repairs to people. */
export interface RepairFindings {
  repaired(object: OwnedObject, written: RawObject): void;
  /** Other writers change these drifts as often as they are repaired. */
  contested(object: OwnedObject, written: RawObject): void;
  /** The API server does not keep these drifts as they were written. */
  notKept(object: OwnedObject, written: RawObject): void;
}

/**
 * Repairs an object. Returns 0, or how long to wait (in milliseconds) because other writers change it again and again.
 */
export async function repairObject(o: RepairContext, object: OwnedObject, held: RightToWrite): Promise<number> {
  if (object.drifts.length === 0) return 0;
  const waitMs = o.contention.waitMs(object.kind, object.drifts);
  if (waitMs > 0) return waitMs;
  if (!held.isHeld()) throw new Error(`The Lease was lost before the ${object.kind} was written.`);
  report(o, object, await object.repair(held.signal));
  return 0;
}

function report({ contention, findings, metrics, log }: RepairContext, object: OwnedObject, repair: Repaired): void {
  const { kind, drifts } = object;
  const { written, left } = repair;
  const contested = contention.repaired(kind, drifts);
  const repaired = drifts.filter((drift) => !left.includes(drift));
  log.debug({ object: kind, drifts: repaired }, 'repaired');
  metrics.repaired(kind, repaired);
  const uncontested = repaired.filter((drift) => !contested.includes(drift));
  if (uncontested.length > 0) findings.repaired({ ...object, drifts: uncontested }, written);
  if (contested.length > 0) findings.contested({ ...object, drifts: contested }, written);
  if (left.length > 0) findings.notKept({ ...object, drifts: left }, written);
}
