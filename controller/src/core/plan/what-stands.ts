import { bindingKey, noBackends, unknownBackends, type Binding } from '../model/binding.ts';
import { isGuard } from '../model/guard.ts';
import { isRedirected, ourPlaces, type ObservedLoadBalancer, type ObservedPlace } from '../model/observed.ts';
import { isRule, isSamePath, isSameRule, placeKey, transportOf, type Place, type PlaceId } from '../model/place.ts';
import { addressKey } from '../model/target.ts';
import type { Claim, Facts } from './facts.ts';
import { guardsBeside } from './guards-beside.ts';
import { isSharedName } from './listener-name.ts';
import { withRenewedCertificates } from './renewed-certificates.ts';

/**
 * The same facts, in which each claim that is incomplete asks for exactly what its owner has at the port, with the
 * settings that stand and the certificates that are known. Where the owner has nothing there the claim stays
 * incomplete: nothing is made for it, and nothing else of the owner leaves, because the claim may be what replaces it.
 */
export function withWhatStands(facts: Facts): Facts {
  const { claims, observed } = facts;
  const isWaiting = claims.some(({ bindings }) => bindings.some(isIncomplete));
  if (!isWaiting || observed === undefined) return facts;
  return { ...facts, claims: claims.map((claim) => ({ ...claim, bindings: settled(claim, observed, facts) })) };
}

function isIncomplete({ incomplete }: Binding): boolean {
  return incomplete !== undefined;
}

type Resolving = Pick<Facts, 'backendsOf' | 'claims' | 'observed'>;

function settled({ owner, bindings }: Claim, observed: ObservedLoadBalancer, facts: Resolving): readonly Binding[] {
  const complete = bindings.filter((binding) => !isIncomplete(binding));
  const waiting = bindings.filter(isIncomplete);
  // A guard replaces nothing, and only its own claim keeps it.
  const named = new Set(waiting.map(({ place }) => placeKey(place)));
  const own = ourPlaces(observed)
    .filter(([, place]) => place.ownerUids.includes(owner.uid))
    .filter(([, at]) => !isGuard(at) || named.has(placeKey(at.place)));
  const free = own.filter(([, { place }]) => !complete.some((binding) => takes(binding.place, place)));
  const ports = new Set(free.filter(([, at]) => !isGuard(at)).map(([, { place }]) => place.port));
  const keys = new Set(own.map(([, { place }]) => placeKey(place)));
  const coming = waiting.filter(({ place }) => !keys.has(placeKey(place)));
  const standing = free.flatMap(([id, at]) => {
    const binding = claimOf(at, waiting, facts) ?? coming.find(({ place }) => isSamePath(place, at.place));
    return binding === undefined ? [] : [withRenewedCertificates(standingAs(binding, at.place, id, observed), waiting)];
  });
  const settledKeys = new Set(standing.map(bindingKey));
  const guards = guardsBeside(standing, facts).map(({ binding, place, id }) =>
    standingAs(binding, place, id, observed),
  );
  const left = waiting.filter((one) => !ports.has(one.place.port) && !settledKeys.has(bindingKey(one)));
  return [...complete, ...left, ...standing, ...guards.filter((one) => !settledKeys.has(bindingKey(one)))];
}

/**
 * Whose backends a place has. Its own claim's; and where none names it, those of the one that may replace it, if the
 * place has them already. Rules of an Ingress have other pods each, and no request may go to those of another path.
 */
function claimOf(at: ObservedPlace, waiting: readonly Binding[], facts: Resolving): Binding | undefined {
  const named = waiting.find(({ place }) => placeKey(place) === placeKey(at.place));
  if (named !== undefined) return named;
  const here = waiting.filter(({ place }) => place.port === at.place.port);
  const alike = here.filter(({ place }) => transportOf(place.protocol) === transportOf(at.place.protocol));
  if (here.length === 0) return claimElsewhere(at, waiting, facts);
  const [first] = alike.length > 0 ? alike : here;
  // All that a Service has at a port goes to the same pods.
  if (first === undefined || first.owner.kind === 'Service') return first;
  return here.find((binding) => servesAt(binding, at, facts)) ?? { ...first, backends: unknownBackends };
}

/** An Ingress whose ports cannot be read claims the usual ones, and its rules may stand at others. */
function claimElsewhere(at: ObservedPlace, waiting: readonly Binding[], facts: Resolving): Binding | undefined {
  const unplaced = waiting.filter(({ isPlaceUnknown }) => isPlaceUnknown === true);
  const alike = unplaced.filter(({ place }) => isRule(at.place) && place.protocol === at.place.protocol);
  const [first] = alike;
  if (first === undefined) return undefined;
  const said = alike.find(({ place }) => isSameRule(place, at.place));
  return said ?? alike.find((binding) => servesAt(binding, at, facts)) ?? { ...first, backends: unknownBackends };
}

function servesAt(binding: Binding, { targets }: ObservedPlace, { backendsOf }: Resolving): boolean {
  return backendsOf(binding).backends.some((backend) => targets.has(addressKey(backend)));
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
    isPlaceUnknown: undefined,
    hasOwnListener: rule !== undefined && !isSharedName(listener?.name ?? ''),
    place,
    ...(isRedirected(id, observed)
      ? { redirect: 'as-it-stands' as const, backends: noBackends }
      : { redirect: undefined, backends: untilItRedirects(binding) }),
    listenerSettings: listener?.settings ?? {},
    ruleSettings: rule?.settings ?? {},
  };
}

function untilItRedirects({ redirect, backends }: Binding): Binding['backends'] {
  return redirect === undefined || redirect === 'as-it-stands' ? backends : redirect.until;
}
