import {
  judgeUninstall,
  remaindersOf,
  type UninstallPlan,
  type Remainder,
} from '@clb-direct/controller/uninstall/judge-uninstall.ts';
import { findTke, listUninstallFacts } from '@clb-direct/controller/uninstall/list-uninstall-facts.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { readInstall, type Install } from './read-install.ts';
import type { KnownSettings } from './read-settings.ts';

/** All that an uninstall depends on, and so all that it changes. */
export interface World {
  readonly install: Install;
  /** Services that are being deleted: a controller that works takes their listeners off first. */
  readonly ending: readonly string[];
  readonly farewell: UninstallPlan;
  readonly remainders: readonly Remainder[];
}

export async function readWorld(
  o: { readonly api: KubeApi; readonly known: KnownSettings },
  signal: AbortSignal,
): Promise<World> {
  const { api } = o;
  const [install, tkePresent] = await Promise.all([readInstall(o, signal), findTke(api, signal)]);
  const { gateType, clusterId } = install.settings;
  const facts = await listUninstallFacts({ api, gateType, tkePresent }, signal);
  const farewell = judgeUninstall(facts);
  return {
    install,
    ending: farewell.releases.filter(({ ending }) => ending).map(({ key }) => key),
    farewell,
    remainders: remaindersOf(facts.services, clusterId),
  };
}

/** Parts that are installed still. */
export function partsOf({ registration, deployments, rights, home }: Install) {
  return [...registration, ...deployments, ...rights, ...home];
}
