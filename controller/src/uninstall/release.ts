import { uninstallCondition, type UninstallPlan } from './judge-uninstall.ts';
import type { GateWriter, ServiceWriter } from '../core/ports.ts';
import type { PodView, ServiceView } from '../core/views.ts';

export interface ReleaseOptions {
  readonly gates: GateWriter;
  readonly services: ServiceWriter;
  readonly onOpened: (pod: PodView) => void;
  readonly onReleased: (service: ServiceView) => void;
}

/** What could not be released, and why. */
export interface ReleaseFailure {
  readonly what: string;
  readonly error: unknown;
}

const concurrency = 16;

/** Opens gates and releases Services; a failure is returned and stops none of the others. */
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
  const releases = plan.releases.map((service) => ({
    what: `the finalizer of Service ${service.key}`,
    run: async () => {
      // The record stays: it tells users and the next install where the listeners are.
      await o.services.record(service, service.recordedLoadBalancers, false, signal);
      o.onReleased(service);
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
