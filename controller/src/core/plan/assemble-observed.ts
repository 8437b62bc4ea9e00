import { tkeOwnerUid } from '../model/adoption.ts';
import type { ListenerAnswer, LoadBalancerAnswer, RuleAnswer, TargetAnswer } from '../model/clb-port.ts';
import { writePlaceId } from '../model/existing-place.ts';
import type {
  ObservedListener,
  ObservedLoadBalancer,
  ObservedPlace,
  ObservedRule,
  ObservedTarget,
  Targets,
} from '../model/observed.ts';
import {
  hasRules,
  placeIdKey,
  placeKey,
  type ListenerPlace,
  type ListenerProtocol,
  type PlaceId,
  type RulePlace,
} from '../model/place.ts';
import { addressKey, targetKey, type Health } from '../model/target.ts';
import { groupOfListener, sharedGroup } from './listener-name.ts';
import type { Memory } from './memory.ts';
import { ownTagIn, type OwnTag } from './own-targets.ts';
import type { UsedPlaces } from './used-places.ts';

/** The answers of one whole look at a CLB. */
export interface Answers {
  readonly loadBalancer: LoadBalancerAnswer;
  readonly listeners: readonly ListenerAnswer[];
  /** Of the listeners that this cluster made or uses. */
  readonly targets: readonly TargetAnswer[];
  /** By targetKey. */
  readonly health: ReadonlyMap<string, Health>;
}

/** A rule that the record names: it was written before the rule was made (docs/adr/0004). */
export interface RecordedRule {
  readonly place: RulePlace;
  readonly ownerUids: readonly string[];
  /** Those of them that want it on a listener of their own. */
  readonly aloneUids?: readonly string[];
  /** Those of them that only want it: no record names it for them. */
  readonly unwrittenUids?: readonly string[];
  /** See `ObservedRule`. */
  readonly mayRedirect?: boolean;
}

/** What is known of a CLB before a look. */
export interface Known {
  readonly clusterId: string;
  readonly recordedRules: readonly RecordedRule[];
  /** By `writePlaceId`: the places of listeners that are not ours and that owners use, with the UIDs recorded there. */
  readonly used: UsedPlaces;
  readonly memory: Pick<Memory, 'registeredFor' | 'returnsTags'>;
}

interface Assembly extends Pick<Known, 'clusterId' | 'used'> {
  readonly addresses: readonly string[];
  readonly records: ReadonlyMap<string, RecordedRule>;
  readonly targets: ReadonlyMap<string, readonly ObservedTarget[]>;
  readonly ownTag: OwnTag;
}

/** Joins the answers of one look into one tree, with what proves whose each node is. */
export function assembleObserved(
  { loadBalancer, listeners, targets, health }: Answers,
  { clusterId, recordedRules, used, memory }: Known,
): ObservedLoadBalancer {
  const { id, vpcId, targetFamily, isInternal, hasSnatPro, settings } = loadBalancer;
  const addresses = addressesOf(loadBalancer);
  const assembly = {
    clusterId,
    addresses,
    records: new Map(recordedRules.map((one) => [placeKey(one.place), one])),
    targets: targetsByPlace(targets, health),
    used,
    ownTag: ownTagIn(targets, { clusterId, memory }),
  };
  const found = listeners.map((one) => toListener(one, assembly));
  const madeByTkeFor = tkeOwnerUid(loadBalancer.tags, clusterId);
  const about = { id, vpcId, targetFamily, isInternal, hasSnatPro, settings, addresses };
  return { ...about, ...(madeByTkeFor === undefined ? {} : { madeByTkeFor }), listeners: found };
}

function addressesOf({ vips, domain }: LoadBalancerAnswer): readonly string[] {
  if (vips.length > 0) return vips;
  return domain === undefined || domain === '' ? [] : [domain];
}

function targetsByPlace(
  targets: readonly TargetAnswer[],
  health: ReadonlyMap<string, Health>,
): ReadonlyMap<string, readonly ObservedTarget[]> {
  const observed = targets.map((target) => ({ at: placeIdKey(target), target: toTarget(target, health) }));
  const groups = Map.groupBy(observed, ({ at }) => at);
  return new Map([...groups].map(([at, list]) => [at, list.map(({ target }) => target)]));
}

function toTarget(target: TargetAnswer, health: ReadonlyMap<string, Health>): ObservedTarget {
  const { ip, port, instanceId, weight, tag } = target;
  return { ip, port, instanceId, weight, tag, health: health.get(targetKey(target)) };
}

function toListener(answer: ListenerAnswer, assembly: Assembly): ObservedListener {
  const { id, name, settings } = answer;
  const group = groupOfListener(name, assembly.clusterId);
  const isOurs = group !== undefined;
  // A protocol that this version does not know never equals one that is wanted.
  const place: ListenerPlace = { protocol: answer.protocol as ListenerProtocol, port: answer.port };
  const rules = answer.rules.map((rule) => toRule(rule, { id, place, group }, assembly));
  const ownerUids = ownersOf(group, rules);
  const about = { id, name, place, isOurs, ownerUids, settings, targets: targetsAt(id, assembly), rules };
  const recorded = group === sharedGroup && rules.length === 0 ? { recordedUids: recordedAt(place, assembly) } : {};
  const listener = { ...about, ...recorded, ...redirectsOf(answer, rules) };
  return isOurs || hasRules(place.protocol) ? listener : splitTargets({ listenerId: id }, listener, assembly);
}

/** Of a listener that is not ours no rule is. */
function redirectsOf({ redirects = [] }: ListenerAnswer, rules: readonly ObservedRule[]) {
  if (redirects.length === 0) return {};
  const may = new Set(rules.filter((rule) => rule.isOurs && rule.mayRedirect === true).map(({ id }) => id));
  return { redirects: redirects.map((one) => ({ ...one, isOurs: may.has(one.locationId) })) };
}

/** A listener of one owner counts as its owner's unless all that it has are rules that others made. */
function ownersOf(group: string | undefined, rules: readonly ObservedRule[]): readonly string[] {
  if (group === undefined) return [];
  const isOnlyOthers = rules.length > 0 && !rules.some(({ isOurs }) => isOurs);
  return group === sharedGroup || isOnlyOthers ? distinct(rules.flatMap(({ ownerUids }) => ownerUids)) : [group];
}

/** Without who wants a listener of its own there. */
function recordedAt({ protocol, port }: ListenerPlace, { records }: Assembly): readonly string[] {
  const rules = [...records.values()].filter(({ place }) => place.protocol === protocol && place.port === port);
  return distinct(
    rules.flatMap(({ ownerUids, aloneUids = [] }) => ownerUids.filter((uid) => !aloneUids.includes(uid))),
  );
}

interface RuleListener extends Pick<ObservedListener, 'id' | 'place'> {
  readonly group: string | undefined;
}

/** Requests by address have no domain here; the API names the address. */
function toRule(
  { locationId, domain, url, settings }: RuleAnswer,
  listener: RuleListener,
  assembly: Assembly,
): ObservedRule {
  const { group } = listener;
  const place: RulePlace = { ...listener.place, domain: assembly.addresses.includes(domain) ? '' : domain, url };
  const record = group === undefined ? undefined : assembly.records.get(placeKey(place));
  const recorded = record?.ownerUids ?? [];
  const ownerUids = group === sharedGroup ? sharing(record) : recorded.filter((uid) => uid === group);
  const id = { listenerId: listener.id, locationId };
  const targets = targetsAt(placeIdKey(id), assembly);
  const rule = {
    id: locationId,
    place,
    isOurs: ownerUids.length > 0,
    ownerUids,
    recordedUids: recorded,
    settings,
    targets,
    ...(record?.mayRedirect === true ? { mayRedirect: true } : {}),
  };
  return group === undefined ? splitTargets(id, rule, assembly) : rule;
}

/**
 * Who wants the rule on a listener of its own has no part in one that others share: else an older Service of any
 * namespace would take the rules, and the host, of an Ingress. Without others the rule is on its way to it, if its
 * record says so: what a person made there is not that of whoever names the same place.
 */
function sharing(record: RecordedRule | undefined): readonly string[] {
  const { ownerUids = [], aloneUids = [], unwrittenUids = [] } = record ?? {};
  const written = ownerUids.filter((uid) => !unwrittenUids.includes(uid));
  const others = written.filter((uid) => !aloneUids.includes(uid));
  return others.length > 0 ? others : written;
}

/** At a place that owners use although it is not ours, some targets are. */
function splitTargets<P extends ObservedPlace>(id: PlaceId, place: P, { used, ownTag }: Assembly): P {
  const ownerUids = used.get(writePlaceId(id));
  if (ownerUids === undefined) return place;
  const all = [...place.targets.values()].map((target) => ({ target, tag: ownTag({ ...id, ...target }) }));
  const own = all.flatMap(({ target, tag }) => (tag === undefined ? [] : [{ ...target, tag }]));
  const others = all.filter(({ tag }) => tag === undefined).map(({ target }) => target);
  return { ...place, ownerUids, targets: byAddress(own), others: byAddress(others) };
}

function byAddress(targets: readonly ObservedTarget[]): Targets {
  return new Map(targets.map((target) => [addressKey(target), target]));
}

function targetsAt(key: string, { targets }: Assembly): Targets {
  return byAddress(targets.get(key) ?? []);
}

function distinct(uids: readonly string[]): readonly string[] {
  return [...new Set(uids)];
}
