import { uninstallCondition, type UninstallPlan } from './judge-uninstall.ts';
import type { GateWriter, OwnerWriter } from '../core/model/cluster-port.ts';
import { describeOwner } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { PodView } from '../core/model/pod-view.ts';

export interface ReleaseOptions {
  readonly gates: GateWriter;
  readonly owners: OwnerWriter;
  readonly onOpened: (pod: PodView) => void;
  readonly onReleased: (owner: OwnerView) => void;
}

/** What could not be released, and why. */
export interface ReleaseFailure {
  readonly what: string;
  readonly error: unknown;
}

const concurrency = 16;

/** Opens gates and releases owners; a failure is returned and stops none of the others. */
export async function releaseAll(
  plan: UninstallPlan,
  o: ReleaseOptions,
  signal: AbortSignal,
): Promise<readonly ReleaseFailure[]> {
  const openings = plan.openings.map((pod) => ({
    what: `the gate of Pod ${pod.key}`,
    run: async () => {
      await o.gates.write(pod, uninstallCondition, signal);
      o.onOpened(pod);
    },
  }));
  const releases = plan.releases.map((owner) => ({
    what: `the finalizer of ${describeOwner(owner)}`,
    run: async () => {
      // The record stays: it shows users and the next install where the listeners are.
      await o.owners.record(owner, owner.recordedBalancers, false, signal);
      o.onReleased(owner);
    },
  }));
  return runAll([...openings, ...releases]);
}

async function runAll(tasks: readonly { readonly what: string; readonly run: () => Promise<void> }[]) {
  const failures: ReleaseFailure[] = [];
  const left = tasks.values();
  const worker = async () => {
    for (const { what, run } of left) await run().catch((error: unknown) => failures.push({ what, error }));
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return failures;
}
