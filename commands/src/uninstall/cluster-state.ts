import type { OwnerView } from '@clb-direct/controller/core/model/owner-view.ts';
import { judgeUninstall, type UninstallPlan } from '@clb-direct/controller/uninstall/judge-uninstall.ts';
import { listRecords } from '@clb-direct/controller/uninstall/list-records.ts';
import { findTke, listUninstallFacts } from '@clb-direct/controller/uninstall/list-uninstall-facts.ts';
import { remainsOf, type Remains } from '@clb-direct/controller/uninstall/remains.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Part } from './parts.ts';
import { readInstall, type Install, type Known } from './read-install.ts';

/** In the names of listeners, when the settings are gone; no cluster id has such a character. */
export const unknownCluster = '*';

/** All that an uninstall depends on. */
export interface ClusterState {
  readonly install: Install;
  /** Owners that are being deleted: a controller that runs deletes their listeners first. */
  readonly ending: readonly OwnerView[];
  readonly plan: UninstallPlan;
  /** As known at this moment: objects that are released may be gone at once, and the records go with the namespace. */
  readonly remains: Remains;
}

/** The controller that runs elsewhere would do it again. */
const nothingToRelease: UninstallPlan = { openings: [], releases: [] };

export async function readClusterState(
  o: { readonly api: KubeApi; readonly known: Known },
  signal: AbortSignal,
): Promise<ClusterState> {
  const { api } = o;
  const [install, tkePresent] = await Promise.all([readInstall(o, signal), findTke(api, signal)]);
  const { gateType, clusterId } = install.settings;
  const records = await listRecords(api, install.namespace, signal);
  const facts = await listUninstallFacts({ api, gateType, tkePresent }, signal);
  const plan = install.alsoRunsIn.length > 0 ? nothingToRelease : judgeUninstall(facts);
  return {
    install,
    ending: plan.releases.filter(({ ending }) => ending),
    plan,
    remains: remainsOf(facts.owners, records, clusterId ?? unknownCluster),
  };
}

/** The parts that are still installed. */
export function partsOf(install: Install): readonly Part[] {
  const { registration, deployments, namespaceParts } = install;
  return [...registration, ...deployments, ...partsOutside(install), ...namespaceParts];
}

/** Those that are not deleted with the namespace, and may stand while the programs end. */
export function partsOutside({ admissionPolicies, ingressClasses, roles }: Install): readonly Part[] {
  return [...admissionPolicies, ...ingressClasses, ...roles];
}
