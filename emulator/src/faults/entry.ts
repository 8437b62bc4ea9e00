import { createRandom, type Random } from '../runtime/random.ts';
import type { Effects, FaultKind, FaultWorld } from './definition/fault.ts';
import { faultKinds, type Fault } from './fault-kinds.ts';
import { isAbout, type Subject } from './subject.ts';

/** A fault in force. */
export interface Entry {
  readonly name: string;
  readonly fault: Fault;
  readonly kind: FaultKind;
  readonly effects: Effects;
  readonly setAtMs: number;
  readonly random: Random;
  hits: number;
}

/** Each fault draws from a row of its own, so that one more of them changes nothing for the others. */
function randomOf(name: string, seed: number): Random {
  return createRandom(Buffer.from(name).reduce((sum, byte) => Math.imul(sum, 31) + byte, seed));
}

/** Puts a fault into force. */
export function createEntry(name: string, fault: Fault, world: FaultWorld & { randomSeed: number }): Entry {
  const kind = faultKinds.get(fault.kind);
  if (!kind) throw new Error(`there is no kind of fault ${fault.kind}`);
  const random = randomOf(name, world.randomSeed);
  return { name, fault, kind, random, effects: kind.make(fault, world), setAtMs: world.clock.now(), hits: 0 };
}

/** False before and after the fault's time, and when it has struck as often as it may. */
export function isActive({ fault, setAtMs, hits }: Entry, nowMs: number): boolean {
  const { times = Infinity, afterMs = 0, forMs = Infinity } = fault;
  const ageMs = nowMs - setAtMs;
  return hits < times && ageMs >= afterMs && ageMs < afterMs + forMs;
}

/** Whether the fault strikes this now; a fault with a probability draws. */
export function strikes(entry: Entry, subject: Subject, nowMs: number): boolean {
  const { fault, kind, random } = entry;
  const isMeant = isAbout(fault, subject) && kind.concerns(subject.action ?? '');
  return isMeant && isActive(entry, nowMs) && random() < (fault.probability ?? 1);
}
