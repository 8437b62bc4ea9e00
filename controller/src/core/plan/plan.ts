import type { PolicyVerdict } from '../model/balancer-state.ts';
import type { Binding } from '../model/binding.ts';
import type { DesiredLoadBalancer } from '../model/desired.ts';
import type { BoundTarget } from '../model/observed.ts';
import { placeIdKey, type PlaceId } from '../model/place.ts';
import { changedSettings } from '../model/settings.ts';
import type { Step } from '../model/step.ts';
import { awaitedRules } from './awaited-rules.ts';
import { boundPlaces, type BoundPlace } from './bound-place.ts';
import type { Conflict } from './conflict.ts';
import { desire } from './desire.ts';
import type { Facts } from './facts.ts';
import { judgeExistingLeftovers } from './existing-leftovers.ts';
import { joined, judgeLeftovers } from './leftovers.ts';
import { withListenersBack } from './listeners-back.ts';
import { movesOf, withMoves, type Move } from './moves.ts';
import { ordered } from './order.ts';
import type { PassingListener } from './passing-listener.ts';
import { guardsIn, withNeededGuards } from './needed-guards.ts';
import { planExisting, usedAfter, type TakenAddress } from './plan-existing.ts';
import { planPlaces } from './plan-places.ts';
import { planTargets, type WantedTarget } from './plan-targets.ts';
import { releasedBy } from './release-removal.ts';
import { awaitsRedirect, withRedirects } from './redirected-places.ts';
import { redirectEnds } from './redirect-ends.ts';
import { planRedirects, redirectsInstead } from './redirects.ts';
import type { RedirectInTheWay } from './redirect-in-the-way.ts';
import { withoutRedirects, type WithoutRedirects } from './redirects-first.ts';
import type { ReplacedListener } from './replaced-listener.ts';
import { replacedAfterPlan } from './replacement-memory.ts';
import { afterSecurityGroups } from './security-groups.ts';
import { standInsOf } from './stand-ins.ts';
import { withinTargetQuota, type WithoutRoom } from './target-room.ts';
import { withWhatStands } from './what-stands.ts';
import { withinQuota } from './within-quota.ts';

/** The writes that turn what is observed into what is desired, and what was found on the way. */
export interface Plan {
  /** In the order in which they are applied. */
  readonly steps: readonly Step[];
  readonly desired: DesiredLoadBalancer;
  /** The bindings whose place stands, with the targets that are wanted there. */
  readonly bound: readonly BoundTargets[];
  /** See `standInsOf`. */
  readonly standIns: ReadonlyMap<string, readonly BoundTargets[]>;
  /** Addresses of backends at places that are not ours, where something else registered them. */
  readonly taken: readonly TakenAddress[];
  /** By owner UID: the places that are not ours where it may have targets. */
  readonly used: ReadonlyMap<string, readonly PlaceId[]>;
  readonly conflicts: readonly Conflict[];
  /** See `Facts`. */
  readonly givenWay: ReadonlySet<string>;
  /** By UID of the owners that claim something. */
  readonly verdicts: ReadonlyMap<string, PolicyVerdict>;
  /** See `Facts`. */
  readonly admitted: ReadonlySet<string> | undefined;
  /** A claim waits until others free its place, and nothing says when that is. */
  readonly waitsForPlace: boolean;
  /** Targets that stay for now, because a removal would leave too little. */
  readonly withheld: readonly BoundTarget[];
  /** Those of them whose replacement is on its way, and not for long. */
  readonly awaited: readonly BoundTarget[];
  /** By targetKey: those that a person has let go. */
  readonly released: ReadonlySet<string>;
  /** Targets that keep their weight although their backends end or are not ready: the CLB sends to nothing else. */
  readonly kept: readonly BoundTarget[];
  /** What does not fit into the quota. */
  readonly withoutRoom: readonly WithoutRoom[];
  /** Targets of ended backends that wait for others, to be deregistered together. */
  readonly gathered: readonly BoundTarget[];
  /** Listeners that go for others at their port, and those that came back because the others were refused. */
  readonly replaced: readonly ReplacedListener[];
  /** Listeners with rules that pass to another owner. */
  readonly passing: readonly PassingListener[];
  /** The guards that are wanted; to be recorded first. */
  readonly guards: readonly Binding[];
  /** Redirects that people made, where they keep something from being done. */
  readonly redirectsInTheWay: readonly RedirectInTheWay[];
  /** Owners that moved to another CLB. */
  readonly moves: readonly Move[];
  /** A step waits for health. */
  readonly waitsForHealth: boolean;
  /** When a step that waits for time comes due. */
  readonly dueInMs: number | undefined;
}

export interface BoundTargets extends BoundPlace {
  readonly wanted: readonly WantedTarget[];
}

/** What a person lets go is what would be withheld otherwise, so the plan without their word comes first. */
export function planChanges(facts: Facts): Plan {
  const plan = planWith(facts);
  const released = releasedBy(plan.withheld, facts);
  if (released.size === 0) return plan;
  const { memory } = facts;
  return planWith({ ...facts, memory: { ...memory, released: memory.released.union(released) } });
}

function planWith(given: Facts): Plan {
  const moves = movesOf(given);
  const guarded = withNeededGuards(withMoves(given, moves));
  const awaited = awaitedRules(guarded);
  const facts = withRedirects(withWhatStands(withListenersBack(guarded)));
  const { desired, existing, conflicts, verdicts, passing, waitsForPlace, dueInMs } = desire(facts);
  const own = boundPlaces(desired, facts).map((place) => planOwn(place, facts));
  const others = existing.map((place) => planExisting(place, facts));
  const targets = [...own, ...others];
  const [bound, taken] = [targets.flatMap((one) => one.bound), targets.flatMap((one) => one.taken)];
  const around = { desired, bound, passing, awaited };
  const leftovers = joined([judgeLeftovers(around, facts), judgeExistingLeftovers(bound, facts)]);
  const places = withinQuota(planLoadBalancer(desired, facts), facts, leftovers.steps);
  const all = [...places.steps, ...targets.flatMap((one) => one.steps), ...leftovers.steps];
  const ends = redirectEnds(bound, facts);
  const { steps, inTheWay } = withRedirectSteps(afterSecurityGroups(all), { desired, ends }, facts);
  return {
    steps: ordered(steps, facts.memory.refused),
    desired,
    bound,
    standIns: standInsOf(guarded.claims, bound),
    taken,
    used: usedAfter(others, facts),
    conflicts,
    givenWay: given.givenWay ?? new Set(),
    verdicts,
    admitted: given.admitted,
    waitsForPlace: waitsForPlace || taken.length + passing.length > 0,
    withheld: [...targets.flatMap(({ withheld }) => withheld), ...leftovers.withheld],
    released: facts.memory.released,
    awaited: targets.flatMap(({ awaited }) => awaited),
    kept: [...targets.flatMap(({ kept }) => kept), ...leftovers.kept],
    withoutRoom: [...places.withoutRoom, ...targets.flatMap(({ withoutRoom }) => withoutRoom)],
    gathered: targets.flatMap(({ gathered }) => gathered),
    replaced: replacedNow({ steps, bound }, facts),
    passing,
    guards: guardsIn(guarded),
    redirectsInTheWay: inTheWay,
    moves,
    waitsForHealth:
      leftovers.waitsForHealth ||
      ends.size > 0 ||
      bound.some((place) => awaitsRedirect(place, facts.observed)) ||
      moves.some(({ isCarried, claim }) => !isCarried && claim.bindings.length > 0) ||
      targets.some(({ withheld, kept }) => withheld.length + kept.length > 0),
    dueInMs: soonest([dueInMs, leftovers.dueInMs, ...[...targets, ...moves].map((one) => one.dueInMs), ...due(ends)]),
  };
}

function planOwn(place: BoundPlace, facts: Facts) {
  const plan = withinTargetQuota(place, planTargets(place, facts), facts);
  return { ...plan, bound: [{ ...place, wanted: plan.wanted }], taken: [] };
}

/** When the time of redirects that are to go is over; one may wait without an end. */
function due(ends: ReadonlyMap<string, number>): readonly number[] {
  return [...ends.values()].filter(Number.isFinite);
}

function withRedirectSteps(
  steps: readonly Step[],
  { desired, ends }: { readonly desired: DesiredLoadBalancer; readonly ends: ReadonlyMap<string, number> },
  { observed }: Facts,
): WithoutRedirects {
  if (observed === undefined) return { steps, inTheWay: [] };
  const redirects = planRedirects(desired, observed).filter((step) => !ends.has(placeIdKey(step)));
  const all = withoutRedirects([...steps, ...redirects], observed);
  return { ...all, inTheWay: [...all.inTheWay, ...redirectsInstead(desired, observed)] };
}

function planLoadBalancer(desired: DesiredLoadBalancer, { observed, memory }: Facts): readonly Step[] {
  if (observed === undefined) return [];
  const owners = desired.owners.map(({ uid }) => uid);
  const settings = changedSettings(desired.settings, observed.settings);
  const changes: readonly Step[] =
    Object.keys(settings).length === 0
      ? []
      : [{ kind: 'modify-load-balancer', settings, owners, reason: 'settings-changed' }];
  return [...changes, ...planPlaces(desired, observed, memory)];
}

function replacedNow(plan: Pick<Plan, 'steps' | 'bound'>, { observed, owners, memory }: Facts) {
  return observed === undefined ? [] : replacedAfterPlan(memory.replaced, plan, { observed, owners });
}

function soonest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

export function isEmpty({ steps }: Plan): boolean {
  return steps.length === 0;
}
