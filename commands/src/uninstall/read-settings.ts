import { defaultGateType } from '@clb-direct/shared/domain/gate.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { configMaps } from '@clb-direct/shared/kube/client/paths.ts';
import { list, type LiveObject } from './objects.ts';

/** The settings that an uninstall needs. */
export interface InstallSettings {
  readonly gateType: string;
  /** undefined: the settings are gone. */
  readonly clusterId: string | undefined;
}

/** From the command line, or read before the settings were deleted. */
export type KnownSettings = { readonly [K in keyof InstallSettings]?: string | undefined };

export interface Deployment extends LiveObject {
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } };
  readonly status?: { readonly availableReplicas?: number };
}

interface Container {
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name?: string } }[];
}

interface ConfigMap extends LiveObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** The label of all objects in the manifests. */
export const partOfUs = 'app.kubernetes.io/part-of=clb-direct';

/** The settings that the controller runs with, else the newest that are left, else the defaults. */
export async function readSettings(
  { api, known }: { readonly api: KubeApi; readonly known: KnownSettings },
  { namespace, controller }: { readonly namespace: string; readonly controller: Deployment | undefined },
  signal: AbortSignal,
): Promise<InstallSettings> {
  const at = { path: configMaps(namespace), labelSelector: partOfUs };
  const found = await list<ConfigMap>(api, at, signal);
  const newest = found.toSorted((a, b) => createdAt(b).localeCompare(createdAt(a)));
  const used = configMapsOf(controller);
  const data = (newest.find(({ metadata }) => used.includes(metadata.name)) ?? newest[0])?.data ?? {};
  return {
    gateType: known.gateType ?? data['GATE_TYPE'] ?? defaultGateType,
    clusterId: known.clusterId ?? data['CLUSTER_ID'],
  };
}

function createdAt({ metadata }: LiveObject): string {
  return metadata.creationTimestamp ?? '';
}

function configMapsOf(deployment: Deployment | undefined): readonly (string | undefined)[] {
  const containers = deployment?.spec?.template?.spec?.containers ?? [];
  return containers.flatMap(({ envFrom = [] }) => envFrom.map(({ configMapRef }) => configMapRef?.name));
}
