import type { Binding, BindingBackends } from '../model/binding.ts';
import { isGuard } from '../model/guard.ts';
import { ourPlaces, type ObservedListener, type ObservedLoadBalancer } from '../model/observed.ts';
import { isRule, placeKey, transportOf, type Place, type PlaceId } from '../model/place.ts';
import type { Claim, Facts } from './facts.ts';
import { makerOfListener, sharedGroup } from './listener-name.ts';
import { isRedirected } from './redirected-places.ts';

/**
 * The same facts, in which each claim that is incomplete asks for exactly what its owner has at the port, with the
 * settings that stand. Where the owner has nothing there the claim stays incomplete: nothing is made for it, and
 * nothing else of the owner leaves, because the claim may be what replaces it.
 */
export function withWhatStands(facts: Facts): Facts {
  const { claims, observed } = facts;
  const isWaiting = claims.some(({ bindings }) => bindings.some(isIncomplete));
  if (!isWaiting || observed === undefined) return facts;
  return { ...facts, claims: claims.map((claim) => ({ ...claim, bindings: settled(claim, observed) })) };
}

function isIncomplete({ incomplete }: Binding): boolean {
  return incomplete !== undefined;
}

function settled({ owner, bindings }: Claim, observed: ObservedLoadBalancer): readonly Binding[] {
  const complete = bindings.filter((binding) => !isIncomplete(binding));
  const own = ourPlaces(observed).filter(([, place]) => place.ownerUids.includes(owner.uid) && !isGuard(place));
  const free = own.filter(([, { place }]) => !complete.some((binding) => takes(binding.place, place)));
  const settledOnes = bindings.filter(isIncomplete).flatMap((binding) => {
    const here = free.filter(([, { place }]) => place.port === binding.place.port);
    return here.length === 0 ? [binding] : here.map(([id, { place }]) => standingAs(binding, place, id, observed));
  });
  // Several claims at one port have the same places there.
  return [...complete, ...new Map(settledOnes.map((binding) => [placeKey(binding.place), binding])).values()];
}

/** The place is wanted, or its whole listener makes room for it. */
function takes(wanted: Place, standing: Place): boolean {
  if (placeKey(wanted) === placeKey(standing)) return true;
  const isSamePort = wanted.port === standing.port && transportOf(wanted.protocol) === transportOf(standing.protocol);
  return isSamePort && !isRule(wanted);
}

function standingAs(binding: Binding, place: Place, id: PlaceId, observed: ObservedLoadBalancer): Binding {
  const listener = observed.listeners.find((one) => one.id === id.listenerId);
  const rule = listener?.rules.find((one) => one.id === id.locationId);
  return {
    ...binding,
    incomplete: undefined,
    hasOwnListener: rule !== undefined && !isShared(listener),
    place,
    ...(isRedirected(id, observed) ? { redirect: 'as-it-stands' as const, backends: none } : { redirect: undefined }),
    listenerSettings: listener?.settings ?? {},
    ruleSettings: rule?.settings ?? {},
  };
}

const none: BindingBackends = { mode: 'endpoints', protocol: 'TCP', endpoints: [] };

function isShared(listener: ObservedListener | undefined): boolean {
  return makerOfListener(listener?.name ?? '')?.group === sharedGroup;
}
