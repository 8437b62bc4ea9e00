import type { Finding, FindingReason } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeBalancer } from '../model/balancer-ref.ts';
import type { Binding } from '../model/binding.ts';
import { writePlaceId } from '../model/existing-place.ts';
import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import { describePlace, hasRules, transportOf, type PlaceId } from '../model/place.ts';
import { makerOfListener } from './listener-name.ts';

/** Why a binding cannot have its targets where it names a listener; undefined: it can. */
export function whyNotUsable(binding: Binding, observed: ObservedLoadBalancer | undefined): Finding | undefined {
  const { existing: id } = binding;
  if (id === undefined) return undefined;
  const listener = observed?.listeners.find((one) => one.id === id.listenerId);
  if (listener === undefined) return notFound(binding, `listener ${id.listenerId}`);
  const misfit = misfitOf(id, listener, binding);
  if (misfit !== undefined) return notUsable(binding, misfit);
  const isThere = id.locationId === undefined || listener.rules.some((rule) => rule.id === id.locationId);
  return isThere ? undefined : notFound(binding, `rule ${id.locationId ?? ''} at listener ${id.listenerId}`);
}

/** What is wrong, and what to write. */
function misfitOf(id: PlaceId, { name, isOurs, place }: ObservedListener, binding: Binding): string | undefined {
  if (isOurs || makerOfListener(name) !== undefined) {
    return 'clb-direct made it for one object, and whoever made it takes other targets off; name another listener';
  }
  if (!hasRules(place.protocol) && id.locationId !== undefined) {
    return `it is a ${safeText(place.protocol)} listener, which has no rules; write "${id.listenerId}"`;
  }
  if (hasRules(place.protocol) && id.locationId === undefined) {
    return `it is an ${place.protocol} listener; name one of its rules: "${id.listenerId}/loc-a1b2c3d4"`;
  }
  if (fits(place.protocol, binding)) return undefined;
  return `it is a ${safeText(place.protocol)} listener, and the port's protocol is ${binding.backends.protocol}`;
}

/** What a QUIC listener sends to its targets is not documented. */
function fits(protocol: string, { backends }: Binding): boolean {
  return protocol === 'QUIC' || transportOf(protocol) === backends.protocol;
}

function notFound(binding: Binding, what: string): Finding {
  const where = describeBalancer(binding.balancer);
  return waiting(binding, 'ListenerNotFound', `${where} has no ${what}; write the id of one that it has`);
}

function notUsable(binding: Binding, misfit: string): Finding {
  const { existing: id } = binding;
  return waiting(binding, 'ListenerNotUsable', `${id === undefined ? '' : writePlaceId(id)} does not fit: ${misfit}`);
}

function waiting({ place }: Binding, reason: FindingReason, problem: string): Finding {
  const message =
    `Annotation ${annotation.existingListeners}, port ${describePlace(place)}: ${problem}. ` +
    'Until then the port waits; it is looked for again.';
  return { severity: 'Warning', reason, message };
}
