import { readCniDefault, type EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { tkeCniSettings, tkeServiceController } from '@clb-direct/shared/domain/names.ts';
import { asObject, own } from '@clb-direct/shared/domain/raw.ts';
import { readGlobalRoute, type ClusterNetwork, type ReachRules } from '@clb-direct/shared/domain/reach.ts';
import { configMaps } from '@clb-direct/shared/kube/client/paths.ts';
import { startReflector, type Reflector, type ReflectorOptions } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { ClusterChange } from '../core/model/cluster-port.ts';
import { lasting, type Lasting } from './lasting.ts';

type Options = Pick<ReflectorOptions<object>, 'api' | 'log' | 'registry' | 'signal'> & {
  /** A ConfigMap that is gone counts for so long; some minutes unless told. */
  readonly lastMs?: number;
  readonly eniDefault?: EniDefault | 'auto';
  readonly hostNetworkTargets?: boolean;
};

/** TKE's own service controller, as far as we need it: that it is there, and one of its switches. */
type TkeController = Pick<ClusterNetwork, 'globalRoute'>;

export function watchTke(options: Options, change: ClusterChange): Watched<TkeController> {
  const toView = (data: unknown) => ({ globalRoute: readGlobalRoute(textIn(data, tkeServiceController.globalRoute)) });
  return watchConfigMap(options, { ...tkeServiceController, label: 'tke-service-controller', toView }, change);
}

/** Follows what says which pods CLBs reach: a switch of TKE's service controller and, unless it is set, TKE's CNI. */
export function watchNetwork(options: Options, tke: Watched<TkeController>, change: ClusterChange) {
  const { eniDefault: setting = 'auto', hostNetworkTargets = false } = options;
  const toView = (data: unknown) => readCniDefault(textIn(data, tkeCniSettings.key));
  const cni =
    setting === 'auto' ? [watchConfigMap(options, { ...tkeCniSettings, label: 'cni-settings', toView }, change)] : [];
  return {
    reflectors: cni.map(({ reflector }) => reflector),
    rules(): ReachRules {
      const byCni = (cni[0]?.now() ?? readCniDefault(undefined)).eniDefault;
      const globalRoute = tke.now()?.globalRoute ?? false;
      return { eniDefault: setting === 'auto' ? byCni : setting, globalRoute, hostNetworkTargets };
    },
  };
}

interface ConfigMapView<T> {
  readonly label: string;
  readonly namespace: string;
  readonly name: string;
  /** Of its data. */
  readonly toView: (data: unknown) => T;
}

interface Watched<T> extends Pick<Lasting<T>, 'now'> {
  readonly reflector: Reflector<T>;
}

function watchConfigMap<T extends object>(
  options: Options,
  { label, namespace, name, toView }: ConfigMapView<T>,
  change: ClusterChange,
): Watched<T> {
  const { now, take } = lasting<T>(options, () => change.tke());
  const reflector = startReflector<T>({
    ...options,
    name: label,
    path: configMaps(namespace),
    query: { fieldSelector: `metadata.name=${name}` },
    toView: (raw) => toView(own(asObject(raw), 'data')),
    onChange: (_, found) => take(found),
  });
  return { reflector, now };
}

function textIn(data: unknown, key: string): string | undefined {
  const value = own(asObject(data), key);
  return typeof value === 'string' ? value : undefined;
}
