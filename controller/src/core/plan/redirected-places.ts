import type { Binding } from '../model/binding.ts';
import { isRedirected, ourPlaces, type ObservedLoadBalancer } from '../model/observed.ts';
import { placeKey, type PlaceId } from '../model/place.ts';
import type { Facts } from './facts.ts';

/**
 * The same facts, in which a rule that is to redirect keeps the backends that it serves until the redirect stands. One
 * that serves nothing waits for it without any: its requests are not to be served as they are.
 */
export function withRedirects(facts: Facts): Facts {
  const { claims, observed } = facts;
  if (observed === undefined) return facts;
  return {
    ...facts,
    claims: claims.map(({ owner, bindings }) => ({
      owner,
      bindings: bindings.map((binding) => untilRedirected(binding, observed)),
    })),
  };
}

/** With the backends that it serves now. */
export function untilRedirected(binding: Binding, observed: ObservedLoadBalancer): Binding {
  const { redirect, place, owner } = binding;
  if (redirect === undefined || redirect === 'as-it-stands') return binding;
  const own = ourPlaces(observed).filter(([, { ownerUids }]) => ownerUids.includes(owner.uid));
  const [id, standing] = own.find(([, one]) => placeKey(one.place) === placeKey(place)) ?? [];
  if (id === undefined || standing === undefined || standing.targets.size === 0) return binding;
  return isRedirected(id, observed) ? binding : { ...binding, backends: redirect.until };
}

/** It is to redirect, and what it leads to may not serve yet. */
export function awaitsRedirect(
  { binding, id }: { readonly binding: Binding; readonly id: PlaceId },
  observed: ObservedLoadBalancer | undefined,
): boolean {
  const { redirect } = binding;
  return redirect !== undefined && redirect !== 'as-it-stands' && !isRedirected(id, observed);
}
