import { rangesRestored } from '../core/findings/ranges-restored.ts';
import type { GroupUse } from '../core/lifecycle/judge-security-groups.ts';
import { CloudError, saysNo } from '../core/model/cloud-error.ts';
import { ownerKey } from '../core/model/owner.ts';
import { contentOf, type WantedGroup } from '../core/model/security-group.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import { tellGroup, type SecurityGroupRun } from './security-group-context.ts';

export async function makeGroup(wanted: WantedGroup, run: SecurityGroupRun): Promise<void> {
  await orPause(wanted, run, async () => {
    const { clb, clusterId, memory, signal, log } = run;
    // Also if the answer is lost and nobody wants it any more.
    memory.mayStand = true;
    memory.askedAtMs = run.monotonicMs();
    const id = await clb.createSecurityGroup(wanted, clusterId, signal);
    noteAsWanted(wanted, id, run);
    log.info({ ...describe(wanted), securityGroup: id }, 'a security group was made for source ranges');
  });
}

/** All policies change at once: nobody whom both the old and the new ranges let in is shut out in between. */
export async function holdPolicies({ wanted, id, isDoubted }: GroupUse, run: SecurityGroupRun): Promise<void> {
  if (!isDoubted && isFresh(wanted, id, run)) {
    tellGroup(wanted.owner.uid, { id }, run);
    return;
  }
  await orPause(wanted, run, async () => {
    const { clb, memory, signal } = run;
    const content = contentOf(wanted.policies);
    const standing = await clb.describeSecurityPolicies(id, signal);
    if (standing === undefined) {
      forget(wanted.owner.uid, run);
      throw new CloudError(`Security group ${id} is gone; another one is made.`, gone);
    }
    const isByHand = memory.verified.get(wanted.owner.uid)?.content === content;
    memory.verified.set(wanted.owner.uid, { id, content: standing, atMs: run.monotonicMs() });
    if (standing !== content) await write(wanted, id, isByHand, run);
    noteAsWanted(wanted, id, run);
  });
}

const gone = { kind: 'gone', code: 'ResourceNotFound', action: 'DescribeSecurityGroupPolicies' } as const;

async function write(
  wanted: WantedGroup,
  id: string,
  isByHand: boolean,
  { clb, cluster, reporter, signal, log }: SecurityGroupRun,
): Promise<void> {
  await clb.setSecurityPolicies(id, wanted.policies, signal);
  log.info({ ...describe(wanted), securityGroup: id, isByHand }, 'the policies of a security group were set');
  const owner = cluster.owner(ownerKey(wanted.owner));
  if (isByHand && owner?.uid === wanted.owner.uid) reporter.aboutOwner(owner, rangesRestored(id));
}

function isFresh({ owner, policies }: WantedGroup, id: string, run: SecurityGroupRun): boolean {
  const last = run.memory.verified.get(owner.uid);
  const isSame = last?.id === id && last.content === contentOf(policies);
  return isSame && run.monotonicMs() - last.atMs < run.times.resyncMs;
}

function noteAsWanted({ owner: { uid }, policies }: WantedGroup, id: string, run: SecurityGroupRun): void {
  const { known, verified, pauses } = run.memory;
  const atMs = run.monotonicMs();
  known.set(uid, { id, atMs });
  verified.set(uid, { id, content: contentOf(policies), atMs });
  pauses.delete(uid);
  tellGroup(uid, { id }, run);
}

export function forget(uid: string, { memory }: SecurityGroupRun): void {
  memory.known.delete(uid);
  memory.verified.delete(uid);
}

/** A group whose content was never read is not bound: nobody knows whom it lets in. */
async function orPause(wanted: WantedGroup, run: SecurityGroupRun, act: () => Promise<void>): Promise<void> {
  const { signal, log } = run;
  try {
    await act();
  } catch (error) {
    if (signal.aborted || !(error instanceof CloudError)) throw error;
    pause(wanted, error, run);
    tellProblem(wanted, error, run);
    log.warn({ err: error, ...describe(wanted) }, 'the security group of source ranges is not as it should be');
  }
}

/** No problem, where the group was as it is wanted when it was last read. */
export function tellProblem({ owner: { uid }, policies }: WantedGroup, error: CloudError, run: SecurityGroupRun): void {
  const last = run.memory.verified.get(uid);
  const isAsWanted = last?.content === contentOf(policies);
  const problem = { problem: error.message, passes: !saysNo(error) };
  tellGroup(uid, { id: last?.id, ...(isAsWanted ? {} : problem) }, run);
}

function pause({ owner: { uid }, policies }: WantedGroup, { kind }: CloudError, run: SecurityGroupRun): void {
  const content = contentOf(policies);
  const { pauses } = run.memory;
  const before = pauses.get(uid);
  const failures = before?.content === content ? before.failures + 1 : 1;
  pauses.set(uid, { failures, content, untilMs: run.monotonicMs() + pauseAfter(kind, failures, Math.random()) });
}

/** Another wish is tried at once. */
export function pausedMs({ owner: { uid }, policies }: WantedGroup, { memory, monotonicMs }: SecurityGroupRun): number {
  const paused = memory.pauses.get(uid);
  return paused?.content === contentOf(policies) ? Math.max(0, paused.untilMs - monotonicMs()) : 0;
}

function describe({ owner: { kind, namespace, name } }: WantedGroup) {
  return { owner: `${kind}/${namespace}/${name}` };
}
