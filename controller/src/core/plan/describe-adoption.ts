import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Binding } from '../model/binding.ts';
import { listed } from '../model/listed.ts';
import type { ObservedListener } from '../model/observed.ts';
import { describePlace, isRule, transportOf } from '../model/place.ts';
import type { Owner } from '../model/owner.ts';
import { addressKey } from '../model/target.ts';
import { describeAdoptedRules, type Described } from './describe-adopted-rules.ts';
import type { Facts } from './facts.ts';

/** What would be done when an owner adopts its CLB, port by port; first what matters if the text is cut. */
export function describeAdoption(owner: Owner, facts: Facts): string {
  const { claims, pending, observed } = facts;
  const { kind } = owner;
  const listeners = observed?.listeners ?? [];
  const bindings = [...claims, ...pending].filter((one) => one.owner.uid === owner.uid).flatMap((one) => one.bindings);
  const left = listeners.filter(
    (one) => one.adoptable !== undefined && !bindings.some((binding) => isAt(binding, one)),
  );
  const leftThere =
    left.length === 0
      ? []
      : [`listeners left as they are, because no port of the ${kind} wants them: ${listed(left, describeListener)}`];
  const ports = [...Map.groupBy(bindings, portOf).values()].map((some) =>
    describePort(some, listeners, { kind, facts }),
  );
  return [
    `${proofFor(kind, observed?.id ?? '')}.`,
    `To take it over, take the word "plan" off annotation ${annotation.adopt}.`,
    `The address stays, and the CLB is no longer deleted with the ${kind}.`,
    ...sentence(
      'Note',
      ports.flatMap(({ risks }) => risks),
    ),
    ...sentence('What stays', [...ports.flatMap((port) => port.left), ...leftThere]),
    ...sentence(
      'What would be done',
      ports.flatMap(({ steps }) => steps),
    ),
  ].join(' ');
}

function sentence(title: string, parts: readonly string[]): readonly string[] {
  return parts.length === 0 ? [] : [`${title}: ${parts.join('; ')}.`];
}

/** TKE's controller made every CLB that a Service can adopt; an Ingress may have named its own. */
function proofFor(kind: string, id: string): string {
  return kind === 'Ingress'
    ? `CLB ${id} is this Ingress's by the tags of TKE's controller`
    : `CLB ${id} was made by TKE's controller for this ${kind}`;
}

/** Rules of one listener together, and each listener without rules for itself. */
function portOf({ place }: Binding): string {
  return isRule(place) ? `${place.protocol}/${place.port}` : describePlace(place);
}

interface Around {
  readonly kind: string;
  readonly facts: Facts;
}

function describePort(
  bindings: readonly Binding[],
  listeners: readonly ObservedListener[],
  { kind, facts }: Around,
): Described {
  const [binding] = bindings;
  if (binding === undefined) return nothing;
  const place = portOf(binding);
  const standing = listeners.find((listener) => isAt(binding, listener));
  if (standing === undefined) return { ...nothing, steps: [`${place}: a listener is made`] };
  if (standing.adoptable === undefined || standing.place.protocol !== binding.place.protocol) {
    const why = `${describeListener(standing)} stays as it is (it is not TKE's, or not ${place})`;
    return { ...nothing, left: [`${place}: waits, because ${why}`] };
  }
  if (isRule(binding.place)) return describeAdoptedRules({ listener: standing, bindings }, kind, facts);
  const wanted = new Set(facts.backendsOf(binding).backends.map(addressKey));
  const all = [...standing.adoptable.keys()];
  const staying = all.filter((key) => wanted.has(key)).length;
  const step =
    `${place}: listener ${standing.id} gets clb-direct's name; of its ${all.length} targets ${staying} stay and ` +
    `${all.length - staying} are drained once the ${kind}'s own ${wanted.size} are Alive`;
  return { ...nothing, steps: [step] };
}

const nothing: Described = { risks: [], left: [], steps: [] };

function describeListener({ id, place }: ObservedListener): string {
  return `${id} (${place.protocol}/${place.port})`;
}

function isAt({ place }: Binding, listener: ObservedListener): boolean {
  return place.port === listener.place.port && transportOf(place.protocol) === transportOf(listener.place.protocol);
}
