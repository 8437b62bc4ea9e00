import type { Flow } from '@clb-direct/shared/domain/flow.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { judgeSecurityGroups, type GroupPlan } from '../core/lifecycle/judge-security-groups.ts';
import { mayBeUnlisted } from '../core/lifecycle/list-lag.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import { isWorkedFor } from '../core/model/owner-view.ts';
import type { StandingGroup, WantedGroup } from '../core/model/security-group.ts';
import { fewAtOnce } from './few-at-once.ts';
import { letGo } from './let-go-group.ts';
import {
  emptySecurityGroupMemory,
  tellGroup,
  type SecurityGroupLoopOptions,
  type SecurityGroupRun,
} from './security-group-context.ts';
import { holdPolicies, makeGroup, pausedMs, tellProblem } from './security-group-steps.ts';

const settled: Outcome = { kind: 'settled' };
/** How long a leftover waits whose search was refused, where nobody wants a group. */
const idleMs = 3_600_000;
/** For so long a group that nobody wants, and a CLB has, is asked about often. */
const soonGoneMs = 3_600_000;

/** Brings about that each owner with source ranges has its security group, as it says, and that no other of ours is. */
export function createSecurityGroupLoop(
  options: SecurityGroupLoopOptions,
): (key: string, signal: AbortSignal, flow: Flow) => Promise<Outcome> {
  const memory = emptySecurityGroupMemory();
  return async (_, signal, flow) => {
    const run = { ...options, clb: options.clb.inFlow(flow), memory, signal };
    const wanted = wantedIn(options.cluster);
    if (wanted.length === 0 && !memory.mayStand) {
      forgetBut(new Set(), run);
      return settled;
    }
    const standing = await listed(wanted, run);
    return standing === undefined ? { kind: 'recheck', afterMs: idleMs } : bringAbout(wanted, standing, run);
  };
}

/** Only for a CLB that is made: that a namespace may have few of these bounds its groups too. */
function wantedIn(cluster: ClusterView): readonly WantedGroup[] {
  const isPresent = cluster.tkePresent();
  const owners = [...cluster.owners()].filter((owner) => isWorkedFor(owner, isPresent));
  const withOwn = owners.filter(({ owned }) => owned?.balancerId !== undefined);
  return withOwn.flatMap(({ wantedGroup }) => wantedGroup ?? []);
}

/** Undefined: it is refused, and nobody needs it. Otherwise owners read what fails. */
async function listed(
  wanted: readonly WantedGroup[],
  run: SecurityGroupRun,
): Promise<readonly StandingGroup[] | undefined> {
  const { clb, clusterId, memory, monotonicMs, signal, log } = run;
  try {
    const standing = await clb.listSecurityGroups(clusterId, signal);
    memory.mayStand = standing.length > 0 || mayBeUnlisted(memory.askedAtMs, monotonicMs());
    return standing;
  } catch (error) {
    if (signal.aborted || !(error instanceof CloudError)) throw error;
    if (wanted.length === 0) {
      log.debug({ err: error }, 'security groups that nobody needs could not be searched for');
      return undefined;
    }
    for (const one of wanted) tellProblem(one, error, run);
    throw error;
  }
}

async function bringAbout(
  wanted: readonly WantedGroup[],
  standing: readonly StandingGroup[],
  run: SecurityGroupRun,
): Promise<Outcome> {
  const { memory, times, monotonicMs } = run;
  const { known, unneededSinceMs } = memory;
  const facts = { wanted, standing, known, unneededSinceMs, unneededMs: times.unneededMs };
  const plan = judgeSecurityGroups({ ...facts, nowMs: monotonicMs() });
  const owners = [...wanted.map(({ owner }) => owner.uid), ...plan.unneeded.map(({ ownerUid }) => ownerUid)];
  forgetBut(new Set(owners), run);
  noteUnneeded(plan, run);
  const isDue = (one: WantedGroup) => pausedMs(one, run) === 0;
  await fewAtOnce(
    plan.uses.filter(({ wanted: one }) => isDue(one)),
    async (use) => holdPolicies(use, run),
  );
  await fewAtOnce(plan.creations.filter(isDue), async (one) => makeGroup(one, run));
  await fewAtOnce(plan.unneeded, async (one) => letGo(one, run));
  return { kind: 'recheck', afterMs: untilNext(wanted, run) };
}

function forgetBut(uids: ReadonlySet<string>, run: SecurityGroupRun): void {
  const { told, known, verified, pauses } = run.memory;
  for (const uid of [...told].filter((one) => !uids.has(one))) {
    for (const map of [known, verified, pauses]) map.delete(uid);
    tellGroup(uid, undefined, run);
  }
}

function noteUnneeded({ unneeded }: GroupPlan, { memory, monotonicMs }: SecurityGroupRun): void {
  const { unneededSinceMs: since, warnedAtMs } = memory;
  const ids = new Set(unneeded.map(({ id }) => id));
  for (const map of [since, warnedAtMs]) for (const id of [...map.keys()]) if (!ids.has(id)) map.delete(id);
  for (const id of ids) if (!since.has(id)) since.set(id, monotonicMs());
}

function untilNext(wanted: readonly WantedGroup[], run: SecurityGroupRun): number {
  const { memory, times, monotonicMs } = run;
  const retries = wanted.map((one) => pausedMs(one, run)).filter((ms) => ms > 0);
  const isGoing = [...memory.unneededSinceMs.values()].some((atMs) => monotonicMs() - atMs < soonGoneMs);
  return Math.min(times.resyncMs, ...retries, ...(isGoing ? [times.unneededMs] : []));
}
