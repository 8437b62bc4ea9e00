import { bindingKey, type Binding } from '../../../model/binding.ts';
import type { BalancerState } from '../../../model/balancer-state.ts';
import { stateKeyOf } from '../../../model/balancer-ref.ts';
import { placeAt } from '../../../model/observed.ts';
import { isRule } from '../../../model/place.ts';
import type { ListenerSettings } from '../../../model/settings.ts';
import { configKeyOf } from './tke-service-config.ts';

type StateOf = (balancerId: string) => BalancerState | undefined;
type Fields = Readonly<Record<string, unknown>>;

/**
 * The spec that the TkeServiceConfig of a Service's own name should have: a block for each of its L4 listeners, with
 * what stands on the CLB where there was none, and none for ports that it has no more. undefined: as it is, or not to
 * be understood. What people wrote stays.
 */
export function autoSpec(spec: unknown, bindings: readonly Binding[], stateOf: StateOf): Fields | undefined {
  const root = fieldsOf(spec);
  const loadBalancer = root === undefined ? undefined : fieldsOf(root['loadBalancer']);
  const list = loadBalancer?.['l4Listeners'] ?? [];
  if (loadBalancer === undefined || !Array.isArray(list)) return undefined;
  const blocks: readonly unknown[] = list;
  const wanted = new Set(bindings.map(({ place }) => configKeyOf(place)));
  const kept = blocks.filter((block) => wanted.has(keyOfBlock(block)));
  const known = new Set(kept.map(keyOfBlock));
  const added = bindings.filter(({ place }) => !known.has(configKeyOf(place))).flatMap((one) => newBlock(one, stateOf));
  if (kept.length === blocks.length && added.length === 0) return undefined;
  return { ...root, loadBalancer: { ...loadBalancer, l4Listeners: [...kept, ...added] } };
}

/** What is not set has no fields; what is no object cannot be understood. */
function fieldsOf(value: unknown): Fields | undefined {
  if (value === undefined || value === null) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
}

function keyOfBlock(block: unknown): string {
  const { protocol, port } = fieldsOf(block) ?? {};
  return `${String(protocol)}/${String(port)}`;
}

function newBlock(binding: Binding, stateOf: StateOf): readonly Fields[] {
  const { place, balancer } = binding;
  const state = stateOf(stateKeyOf(balancer));
  const id = state?.placed.get(bindingKey(binding))?.id;
  const standing = id === undefined ? undefined : placeAt(state?.observed, id);
  if (standing === undefined || isRule(place)) return [];
  return [{ protocol: place.protocol, port: place.port, ...blockOf(standing.settings) }];
}

/** As readTkeServiceConfig reads it, so that a new block changes nothing. */
function blockOf({ scheduler, sessionExpireTime: seconds, healthCheck }: ListenerSettings): Fields {
  const { HealthSwitch, IntervalTime, TimeOut, HealthNum, UnHealthNum } = healthCheck ?? {};
  const pace = { intervalTime: IntervalTime, timeout: TimeOut, healthNum: HealthNum, unHealthNum: UnHealthNum };
  const session = seconds === 0 ? { enable: false } : { enable: true, sessionExpireTime: seconds };
  return given({
    scheduler,
    session: seconds === undefined ? undefined : session,
    healthCheck: HealthSwitch === undefined ? undefined : given({ enable: HealthSwitch === 1, ...pace }),
  });
}

function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
