import { describeRight, grantedRights, isUse } from '@clb-direct/scripts/manifests/rights.ts';
import { auditSince } from '../admissions/audit-log.ts';
import { until } from '../until.ts';
import { userOf } from './ask-rights.ts';

/** What the manifests grant to a program and what it has not used since a position in the audit log. */
export async function unusedRights(program: string, position: number): Promise<readonly string[]> {
  const own = (await auditSince(position)).filter(({ user }) => user?.username === userOf(program));
  const unused = grantedRights(program).filter((right) => !own.some((request) => isUse(right, request)));
  return unused.map(describeRight);
}

export async function isUsed(program: string, right: string, position: number): Promise<boolean> {
  return !(await unusedRights(program, position)).includes(right);
}

/** Waits for what comes a while after its cause. */
export async function untilUsed(program: string, right: string, position: number): Promise<void> {
  const look = async () => unusedRights(program, position);
  await until(`${program} to ${right}`, look, (unused) => !unused.includes(right));
}
