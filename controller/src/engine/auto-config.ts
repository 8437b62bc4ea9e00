import { cannotWriteConfig } from '../core/findings/cannot-write-config.ts';
import type { ClusterView, ConfigWriter, Reporter } from '../core/model/cluster-port.ts';
import { isWorkedFor, type OwnerView } from '../core/model/owner-view.ts';
import { autoSpec } from '../core/sources/service/config/auto-config.ts';
import type { ObservedState } from './observed-state.ts';

interface Context {
  readonly cluster: Pick<ClusterView, 'tkePresent'>;
  readonly state: ObservedState;
  readonly configs: ConfigWriter;
  readonly reporter: Reporter;
}

/** Makes and completes the TkeServiceConfig of an owner that asks for one of its own. */
export async function keepAutoConfig(owner: OwnerView, context: Context, signal: AbortSignal): Promise<void> {
  const { cluster, state, configs, reporter } = context;
  const { autoConfig, bindings } = owner;
  const tkePresent = cluster.tkePresent();
  if (autoConfig === undefined || !isWorkedFor(owner, tkePresent)) return;
  const spec = autoSpec(autoConfig.spec, bindings, (id) => state.of(id));
  if (spec === undefined) return;
  const isAllowed = await configs.write(owner, { ...autoConfig, next: spec }, signal);
  if (!isAllowed) reporter.aboutOwner(owner, cannotWriteConfig(autoConfig.name));
}
