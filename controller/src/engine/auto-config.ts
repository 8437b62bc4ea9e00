import { configOfOthers, configRefused } from '../core/findings/config-not-written.ts';
import { balancerIdOf, stateKeyOf } from '../core/model/balancer-ref.ts';
import { bindingKey, type Binding } from '../core/model/binding.ts';
import type { ClusterView, ConfigWriter, Reporter } from '../core/model/cluster-port.ts';
import { placeAt } from '../core/model/observed.ts';
import { isWorkedFor, type AutoConfig, type OwnerView } from '../core/model/owner-view.ts';
import { autoSpec } from '../core/sources/service/config/auto-spec.ts';
import type { Limits } from './facts.ts';
import type { ObservedState } from './observed-state.ts';

interface Context {
  readonly cluster: Pick<ClusterView, 'tkePresent' | 'recordOf'>;
  readonly state: ObservedState;
  readonly configs: ConfigWriter;
  readonly limits: Pick<Limits, 'checksFromProbes'>;
  readonly reporter: Reporter;
}

/** Makes and completes the TkeServiceConfig of an owner that asks for one of its own. */
export async function keepAutoConfig(owner: OwnerView, context: Context, signal: AbortSignal): Promise<void> {
  const { autoConfig } = owner;
  if (autoConfig === undefined || !isWorkedFor(owner, context.cluster.tkePresent())) return;
  const next = autoSpec(autoConfig.found?.spec, factsOf(owner, context));
  const keeper = keeperOf(autoConfig, owner);
  if (next === undefined || keeper === 'former-owner') return;
  if (keeper === 'others') {
    context.reporter.aboutOwner(owner, configOfOthers(autoConfig.name));
    return;
  }
  const refusal = await context.configs.write(owner, { ...autoConfig, next }, signal);
  if (refusal !== undefined) context.reporter.aboutOwner(owner, configRefused(autoConfig.name, refusal));
}

function factsOf({ bindings, findings, uid }: OwnerView, { cluster, state, limits }: Context) {
  const standingOf = (binding: Binding) => {
    const seen = state.of(stateKeyOf(binding.balancer));
    const id = seen?.placed.get(bindingKey(binding))?.id;
    return id === undefined ? undefined : placeAt(seen?.observed, id)?.settings;
  };
  const hasSessions = ({ balancer }: Binding) => {
    const id = balancerIdOf(balancer);
    const record = id === undefined ? undefined : cluster.recordOf(id);
    return record?.owners.find((one) => one.uid === uid)?.hasSessions === true;
  };
  return { bindings, findings, standingOf, hasSessions, checksFromProbes: limits.checksFromProbes === true };
}

/**
 * former-owner: it goes with an object that had the same name. What goes with the owner was made for it, be it by us
 * before there was a label or by TKE's controller, which creates and completes a config in the same way.
 */
function keeperOf({ found }: AutoConfig, { uid }: OwnerView): 'us' | 'others' | 'former-owner' {
  if (found === undefined) return 'us';
  if (found.kept === undefined) return 'others';
  const { ownerUids, madeBy } = found.kept;
  if (ownerUids.includes(uid)) return 'us';
  if (madeBy === undefined) return 'others';
  return ownerUids.length === 0 ? 'us' : 'former-owner';
}
