import type { OwnerView } from '@clb-direct/controller/core/model/owner-view.ts';
import {
  judgeUninstall,
  remainingListeners,
  type RemainingListeners,
  type UninstallPlan,
} from '@clb-direct/controller/uninstall/judge-uninstall.ts';
import { findTke, listUninstallFacts } from '@clb-direct/controller/uninstall/list-uninstall-facts.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { readInstall, type Install, type Part } from './read-install.ts';
import type { KnownSettings } from './read-settings.ts';

/** In the names of listeners, when the settings are gone; no cluster id has such a character. */
export const unknownCluster = '*';

/** All that an uninstall depends on. */
export interface ClusterState {
  readonly install: Install;
  /** Owners that are being deleted: a controller that runs deletes their listeners first. */
  readonly ending: readonly OwnerView[];
  readonly plan: UninstallPlan;
  readonly remaining: readonly RemainingListeners[];
}

export async function readClusterState(
  o: { readonly api: KubeApi; readonly known: KnownSettings },
  signal: AbortSignal,
): Promise<ClusterState> {
  const { api } = o;
  const [install, tkePresent] = await Promise.all([readInstall(o, signal), findTke(api, signal)]);
  const { gateType, clusterId } = install.settings;
  const facts = await listUninstallFacts({ api, gateType, tkePresent }, signal);
  const plan = judgeUninstall(facts);
  return {
    install,
    ending: plan.releases.filter(({ ending }) => ending),
    plan,
    remaining: remainingListeners(facts.owners, clusterId ?? unknownCluster),
  };
}

/** The parts that are still installed. */
export function partsOf(install: Install): readonly Part[] {
  const { registration, deployments, roles, ingressClasses, namespaceParts } = install;
  return [...registration, ...deployments, ...roles, ...ingressClasses, ...namespaceParts];
}
