import { open, stat } from 'node:fs/promises';
import type { AuditedRequest } from '@clb-direct/scripts/manifests/rights.ts';
import { fromEnvironment } from '../cluster.ts';

/** What the API server wrote down about one answered request. */
export interface AuditEvent extends AuditedRequest {
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const path = () => fromEnvironment('CLB_DIRECT_AUDIT_LOG');

/** The end of the audit log now, to read later what came after. */
export async function auditPosition(): Promise<number> {
  return (await stat(path())).size;
}

/**
 * The events after a position. The API server writes each before it answers, so of what was answered nothing is
 * missing.
 */
export async function auditSince(position: number): Promise<readonly AuditEvent[]> {
  const file = await open(path());
  try {
    const { size } = await file.stat();
    if (size < position) throw new Error(`the audit log ${path()} was rotated while it was read`);
    const { buffer } = await file.read({ buffer: Buffer.alloc(size - position), position });
    // The last line may be half written.
    const lines = buffer.toString('utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as AuditEvent);
  } finally {
    await file.close();
  }
}
