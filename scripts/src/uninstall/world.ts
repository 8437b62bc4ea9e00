import {
  judgeFarewell,
  remaindersOf,
  type FarewellPlan,
  type Remainder,
} from '@clb-direct/controller/core/judge-farewell.ts';
import { findTke, listFarewellFacts } from '@clb-direct/controller/kube/list-farewell-facts.ts';
import type { KubeApi } from '@clb-direct/shared/kube/kube-api.ts';
import { readInstall, type Install } from './read-install.ts';
import type { KnownSettings } from './read-settings.ts';

/** All that an uninstall depends on, and so all that it changes. */
export interface World {
  readonly install: Install;
  /** Services that are being deleted: a controller that works takes their listeners off first. */
  readonly ending: readonly string[];
  readonly farewell: FarewellPlan;
  readonly remainders: readonly Remainder[];
}

export async function readWorld(
  o: { readonly api: KubeApi; readonly known: KnownSettings },
  signal: AbortSignal,
): Promise<World> {
  const { api } = o;
  const [install, tkePresent] = await Promise.all([readInstall(o, signal), findTke(api, signal)]);
  const { gateType, clusterId } = install.settings;
  const facts = await listFarewellFacts({ api, gateType, tkePresent }, signal);
  const farewell = judgeFarewell(facts);
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
