import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Binding } from '../model/binding.ts';
import { listed } from '../model/listed.ts';
import type { ObservedListener } from '../model/observed.ts';
import { describePlace, transportOf } from '../model/place.ts';
import type { Owner } from '../model/owner.ts';
import { addressKey } from '../model/target.ts';
import type { Facts } from './facts.ts';

/** What would be done when an owner adopts its CLB, port by port. */
export function describeAdoption(owner: Owner, facts: Facts): string {
  const { claims, pending, observed } = facts;
  const listeners = observed?.listeners ?? [];
  const bindings = [...claims, ...pending].filter((one) => one.owner.uid === owner.uid).flatMap((one) => one.bindings);
  const left = listeners.filter(
    (one) => one.adoptable !== undefined && !bindings.some((binding) => isAt(binding, one)),
  );
  const leftThere =
    left.length === 0
      ? []
      : [`left as they are, because no port of the Service wants them: ${listed(left, describeListener)}`];
  const ports = bindings.map((binding) => describePort(binding, listeners, facts));
  return (
    `CLB ${observed?.id ?? ''} was made by TKE's controller for this Service. What would be done: ` +
    `${[...ports, ...leftThere].join('; ')}. The address stays, and the CLB is no longer deleted with the Service. ` +
    `To do it, take the word "plan" off annotation ${annotation.adopt}.`
  );
}

function describePort(binding: Binding, listeners: readonly ObservedListener[], facts: Facts): string {
  const place = describePlace(binding.place);
  const standing = listeners.find((listener) => isAt(binding, listener));
  if (standing === undefined) return `${place}: a listener is made`;
  if (standing.adoptable === undefined || standing.place.protocol !== binding.place.protocol) {
    return `${place}: waits, because ${describeListener(standing)} stays as it is (it is not TKE's, or not ${place})`;
  }
  const wanted = new Set(facts.backendsOf(binding).backends.map(addressKey));
  const all = [...standing.adoptable.keys()];
  const staying = all.filter((key) => wanted.has(key)).length;
  return (
    `${place}: listener ${standing.id} gets clb-direct's name; of its ${all.length} targets ${staying} stay and ` +
    `${all.length - staying} are drained once the Service's own ${wanted.size} are Alive`
  );
}

function describeListener({ id, place }: ObservedListener): string {
  return `${id} (${place.protocol}/${place.port})`;
}

function isAt({ place }: Binding, listener: ObservedListener): boolean {
  return place.port === listener.place.port && transportOf(place.protocol) === transportOf(listener.place.protocol);
}
