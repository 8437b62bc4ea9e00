import { programName, tkeCniSettings, tkeServiceController } from '@clb-direct/shared/domain/names.ts';
import { configMaps, pods } from '@clb-direct/shared/kube/client/paths.ts';
import type { OpenClusterOptions } from './open-cluster.ts';
import { watchedSources } from './watched-sources.ts';

/** One list without which nothing begins, and the role of the manifests that allows it. */
export interface RequiredList {
  readonly path: string;
  readonly query?: { readonly fieldSelector: string };
  readonly role: string;
}

/** Those that `openCluster` waits for. */
export function requiredLists(o: Pick<OpenClusterOptions, 'namespace' | 'eniDefault'>): readonly RequiredList[] {
  const everywhere = [pods(), ...watchedSources().map(({ path }) => path)];
  const { eniDefault = 'auto' } = o;
  const settings = [tkeServiceController, ...(eniDefault === 'auto' ? [tkeCniSettings] : [])];
  return [
    ...everywhere.map((path) => ({ path, role: `ClusterRole ${programName.controller}` })),
    { path: configMaps(o.namespace), role: roleIn(o.namespace) },
    ...settings.map(({ namespace, name }) => ({
      path: configMaps(namespace),
      query: { fieldSelector: `metadata.name=${name}` },
      role: roleIn(namespace),
    })),
  ];
}

function roleIn(namespace: string): string {
  return `Role ${namespace}/${programName.controller}`;
}
