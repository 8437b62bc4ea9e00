import type { HealthAnswer } from '../model/clb-port.ts';
import { boundTargetsAt, existingPlaces, ourPlaces, type ObservedLoadBalancer } from '../model/observed.ts';
import { placeIdKey } from '../model/place.ts';
import { targetKeysOf, type Step } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import type { Memory } from './memory.ts';

interface Written {
  readonly done: readonly Step[];
  /** Before they were sent, and now. */
  readonly fromMs: number;
  readonly nowMs: number;
}

/** Notes confirmed writes, whose effect is yet to be seen, and since when each new target may have been checked. */
export function withWritten(memory: Memory, { done, fromMs, nowMs }: Written): Memory {
  const registered = targetKeysOf(done.filter(({ kind }) => kind === 'register'));
  return {
    ...memory,
    unverifiedSinceMs: new Map([
      ...memory.unverifiedSinceMs,
      ...targetKeysOf(done).map((key) => [key, nowMs] as const),
    ]),
    registeredAtMs: new Map([...memory.registeredAtMs, ...registered.map((key) => [key, fromMs] as const)]),
  };
}

interface Heard {
  readonly answers: readonly HealthAnswer[];
  readonly askedAtMs: number;
  /** The answer may not show yet what was written so short a time before it was asked for. */
  readonly lagMs: number;
  /** Keys of targets that are being written to: the answer may show anything of them. */
  readonly inWriting?: ReadonlySet<string>;
}

interface Verified {
  readonly memory: Memory;
  /** Keys of targets that stand otherwise than is known, or of which the answer does not say how they stand. */
  readonly contradicted: readonly string[];
  /** Keys of targets that stand as we have written it, which no answer had shown yet. */
  readonly verified: ReadonlySet<string>;
}

/** Compares what is known of our targets with an answer about their health, which names each with its weight. */
export function verifyWrites(observed: ObservedLoadBalancer, memory: Memory, heard: Heard): Verified {
  const { unverifiedSinceMs: unverified, unsettled } = memory;
  const known = knownWeights(observed);
  const isOurs = (key: string) => known.has(key) || unverified.has(key);
  const shown = shownWeights(observed, heard.answers, isOurs);
  const isInWriting = (key: string) => heard.inWriting?.has(key) === true;
  const isYoung = (key: string) => (unverified.get(key) ?? -Infinity) > heard.askedAtMs - heard.lagMs;
  const keys = [...new Set([...known.keys(), ...shown.keys(), ...unverified.keys()])].filter((k) => !isInWriting(k));
  const agrees = (key: string) => {
    if (known.has(key) !== shown.has(key)) return false;
    const weight = shown.get(key);
    return weight === undefined ? !known.has(key) || !unverified.has(key) : weight === known.get(key);
  };
  const agreed = new Set(keys.filter(agrees));
  const weights = [...agreed].flatMap((key) => weightAt(key, shown)).filter(([key]) => !unsettled.has(key));
  return {
    contradicted: keys.filter((key) => !agreed.has(key) && !isYoung(key)),
    verified: agreed.intersection(unverified),
    memory: {
      ...memory,
      unverifiedSinceMs: new Map([...unverified].filter(([key]) => !agreed.has(key))),
      seenWeights: new Map([...memory.seenWeights, ...weights]),
    },
  };
}

function weightAt(key: string, shown: ReadonlyMap<string, number | undefined>): (readonly [string, number])[] {
  const weight = shown.get(key);
  return weight === undefined ? [] : [[key, weight]];
}

function knownWeights(observed: ObservedLoadBalancer): ReadonlyMap<string, number> {
  const places = [...ourPlaces(observed), ...existingPlaces(observed)];
  const targets = places.flatMap(([id, place]) => boundTargetsAt(id, place));
  return new Map(targets.map((target) => [targetKey(target), target.weight]));
}

/** undefined: the answer does not say. At places that are not ours most targets are not: they contradict nothing. */
function shownWeights(
  observed: ObservedLoadBalancer,
  answers: readonly HealthAnswer[],
  isOurs: (targetKey: string) => boolean,
): ReadonlyMap<string, number | undefined> {
  const own = new Set(ourPlaces(observed).map(([id]) => placeIdKey(id)));
  const used = new Set(existingPlaces(observed).map(([id]) => placeIdKey(id)));
  const ours = answers.filter((answer) => {
    const at = placeIdKey(answer);
    return own.has(at) || (used.has(at) && isOurs(targetKey(answer)));
  });
  return new Map(ours.map((answer) => [targetKey(answer), answer.weight]));
}
