import { uninstallCondition, type UninstallPlan } from './judge-uninstall.ts';
import type { GateWriter, ServiceWriter } from '../core/ports.ts';
import type { PodView, ServiceView } from '../core/views.ts';

export interface ReleaseOptions {
  readonly gates: GateWriter;
  readonly services: ServiceWriter;
  readonly onOpened: (pod: PodView) => void;
  readonly onReleased: (service: ServiceView) => void;
}

/** Something that an uninstall could not let go of. */
export interface Stuck {
  readonly what: string;
  readonly error: unknown;
}

const atOnce = 16;

/** Opens gates and releases Services; what fails is told and keeps nothing else from being let go. */
export async function releaseAll(
  plan: UninstallPlan,
  o: ReleaseOptions,
  signal: AbortSignal,
): Promise<readonly Stuck[]> {
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
      // The record stays: it says where the listeners are, to people and to the next install.
      await o.services.record(service, service.recordedLoadBalancers, false, signal);
      o.onReleased(service);
    },
  }));
  return runAll([...openings, ...releases]);
}

async function runAll(tasks: readonly { readonly what: string; readonly run: () => Promise<void> }[]) {
  const stuck: Stuck[] = [];
  const left = tasks.values();
  const worker = async () => {
    for (const { what, run } of left) await run().catch((error: unknown) => stuck.push({ what, error }));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return stuck;
}
