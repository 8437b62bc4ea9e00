import type { UnneededGroup } from '../core/lifecycle/judge-security-groups.ts';
import { tellGroup, type SecurityGroupRun } from './security-group-context.ts';
import { forget } from './security-group-steps.ts';

/**
 * While a CLB has it, its owner is told, and takes all groups off. Nothing is taken off a CLB that has only groups of
 * others.
 */
export async function letGo({ id, ownerUid, isReplaced, isRipe }: UnneededGroup, run: SecurityGroupRun): Promise<void> {
  const { clb, memory, log, signal } = run;
  try {
    const isUsed = await clb.isSecurityGroupUsed(id, signal);
    if (!isReplaced) tellGroup(ownerUid, isUsed ? { id } : undefined, run);
    if (isUsed || !isRipe) return;
    await clb.deleteSecurityGroup(id, signal);
    memory.unneededSinceMs.delete(id);
    if (!isReplaced) forget(ownerUid, run);
    log.info({ securityGroup: id }, 'a security group that nobody wants any more was deleted');
  } catch (error) {
    if (signal.aborted) throw error;
    log[warns(id, run)]({ err: error, securityGroup: id }, 'a security group that nobody wants was not deleted');
  }
}

/** What else has it may have it for ever: each look tries again, and few of them are told. */
function warns(id: string, { memory: { warnedAtMs }, monotonicMs }: SecurityGroupRun): 'warn' | 'debug' {
  const [lastMs, nowMs] = [warnedAtMs.get(id), monotonicMs()];
  if (lastMs !== undefined && nowMs - lastMs < warnEveryMs) return 'debug';
  warnedAtMs.set(id, nowMs);
  return 'warn';
}

const warnEveryMs = 3_600_000;
