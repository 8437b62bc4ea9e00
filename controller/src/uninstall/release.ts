import { uninstallCondition, type UninstallPlan } from './judge-uninstall.ts';
import type { GateWriter, OwnerWriter, Shown } from '../core/model/cluster-port.ts';
import { describeOwner, ownerKey } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { PodView } from '../core/model/pod-view.ts';

export interface ReleaseOptions {
  readonly gates: GateWriter;
  readonly owners: OwnerWriter;
  readonly onOpened: (pod: PodView) => void;
  readonly onReleased: (owner: OwnerView) => void;
}

/** A gate that is opened, or a finalizer that is removed. */
export interface Release {
  /** Identifies the object: "Pod/shop/web-1". */
  readonly key: string;
  /** Such as "the finalizer of Service shop/web". */
  readonly what: string;
}

/** What could not be released, and why. */
export interface ReleaseFailure {
  readonly release: Release;
  readonly error: unknown;
}

export function gateOf({ key }: PodView): Release {
  return { key: `Pod/${key}`, what: `the gate of Pod ${key}` };
}

export function finalizerOf(owner: OwnerView): Release {
  return { key: ownerKey(owner), what: `the finalizer of ${describeOwner(owner)}` };
}

const concurrency = 16;

/** The annotations stay: they show users and the next install where the listeners are. */
function asNow({ shownBalancers, shownInUse }: OwnerView): Shown {
  return { balancerIds: shownBalancers, finalizer: false, inUse: shownInUse };
}

/** Opens gates and releases owners; a failure is returned and stops none of the others. */
export async function releaseAll(
  plan: UninstallPlan,
  o: ReleaseOptions,
  signal: AbortSignal,
): Promise<readonly ReleaseFailure[]> {
  const openings = plan.openings.map((pod) => ({
    release: gateOf(pod),
    run: async () => {
      await o.gates.write(pod, uninstallCondition, signal);
      o.onOpened(pod);
    },
  }));
  const releases = plan.releases.map((owner) => ({
    release: finalizerOf(owner),
    run: async () => {
      if (owner.hasFinalizer) await o.owners.show(owner, asNow(owner), signal);
      if (owner.condition !== undefined) await o.owners.writeCondition(owner, undefined, signal);
      if (owner.hasFinalizer) o.onReleased(owner);
    },
  }));
  return runAll([...openings, ...releases]);
}

interface Task {
  readonly release: Release;
  readonly run: () => Promise<void>;
}

async function runAll(tasks: readonly Task[]): Promise<readonly ReleaseFailure[]> {
  const failures: ReleaseFailure[] = [];
  const left = tasks.values();
  const worker = async () => {
    for (const { release, run } of left) await run().catch((error: unknown) => failures.push({ release, error }));
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return failures;
}
