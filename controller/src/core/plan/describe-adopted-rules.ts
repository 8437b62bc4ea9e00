import type { Binding } from '../model/binding.ts';
import { listed } from '../model/listed.ts';
import type { ObservedListener, ObservedRule, Targets } from '../model/observed.ts';
import { describePlace, placeKey } from '../model/place.ts';
import { addressKey } from '../model/target.ts';
import type { Facts } from './facts.ts';

/** A listener of TKE's controller, and what its next owner wants of it. */
interface Taken {
  readonly listener: ObservedListener;
  readonly bindings: readonly Binding[];
}

/** What becomes of what stands there, in the order in which it is told: a long plan is cut at its end. */
export interface Described {
  /** Where requests may fail. */
  readonly risks: readonly string[];
  /** What stays as it is, and is not followed any more. */
  readonly left: readonly string[];
  readonly steps: readonly string[];
}

/** What becomes of a listener with rules and of each of its rules, in a few words: an Ingress has many. */
export function describeAdoptedRules(taken: Taken, kind: string, facts: Pick<Facts, 'backendsOf'>): Described {
  const { listener, bindings } = taken;
  const ruleFor = ({ place }: Binding) => listener.rules.find((rule) => placeKey(rule.place) === placeKey(place));
  const standing = bindings.flatMap((binding) => {
    const rule = ruleFor(binding);
    return rule === undefined ? [] : [{ binding, rule }];
  });
  const missing = bindings.filter((binding) => ruleFor(binding) === undefined);
  const others = listener.rules.filter((one) => !standing.some(({ rule }) => rule === one));
  const where =
    standing.length === 0
      ? `${listener.place.protocol}/${listener.place.port}`
      : listed(standing, ({ rule }) => describePlace(rule.place));
  const redirects = redirectsOf(listener, standing);
  return {
    risks: sniOf(listener, bindings),
    left: [
      ...some(`rules left as they are, because the ${kind} does not ask for them`, others, describeRule),
      ...some("redirects left as a person's, because none is asked for", redirects.others, describeRule),
    ],
    steps: [
      `${where}: listener ${listener.id} gets clb-direct's name; ${targetsOf(standing, kind, facts)}`,
      ...some('rules that are made there', missing, ({ place }) => describePlace(place)),
      ...some('redirects that go on', redirects.going, ({ place }) => describePlace(place)),
    ],
  };
}

interface Standing {
  readonly binding: Binding;
  readonly rule: ObservedRule;
}

function targetsOf(standing: readonly Standing[], kind: string, { backendsOf }: Pick<Facts, 'backendsOf'>): string {
  const all = standing.flatMap(({ binding, rule }) => {
    const wanted = new Set(backendsOf(binding).backends.map(addressKey));
    return [...(rule.adoptable ?? noTargets).keys()].map((key) => wanted.has(key));
  });
  const own = standing.reduce((count, { binding }) => count + backendsOf(binding).backends.length, 0);
  const staying = all.filter((isWanted) => isWanted).length;
  return (
    `of its ${all.length} targets ${staying} stay and ${all.length - staying} are drained once the ${kind}'s own ` +
    `${own} are Alive`
  );
}

const noTargets: Targets = new Map();

function redirectsOf({ redirects = [] }: ObservedListener, standing: readonly Standing[]) {
  const at = redirects.flatMap(({ locationId }) => standing.find(({ rule }) => rule.id === locationId) ?? []);
  const rulesOf = (some: readonly Standing[] = []) => some.map(({ rule }) => rule);
  const { going, others } = Object.groupBy(at, ({ binding }) => (binding.redirect === undefined ? 'others' : 'going'));
  return { going: rulesOf(going), others: rulesOf(others) };
}

/** Between the two calls no host has a certificate. */
function sniOf({ place, settings }: ObservedListener, bindings: readonly Binding[]): readonly string[] {
  if (place.protocol !== 'HTTPS' || settings.sniSwitch === true) return [];
  const certificates = new Set(
    bindings.flatMap(({ ruleSettings }) => {
      return ruleSettings.certificates === undefined ? [] : [JSON.stringify(ruleSettings.certificates)];
    }),
  );
  if (certificates.size <= 1) return [];
  const where = `${place.protocol}/${place.port}`;
  return [
    `${where}: SNI is switched on for good, and until each host has its certificate, seconds later, ` +
      'handshakes may fail',
  ];
}

function describeRule({ id, place }: ObservedRule): string {
  return `${id} (${describePlace(place)})`;
}

function some<T>(what: string, items: readonly T[], nameOf: (item: T) => string): readonly string[] {
  return items.length === 0 ? [] : [`${what}: ${listed(items, nameOf)}`];
}
