import type { CloudError, ListenerRefusal, ListenerSpec } from '../core/clb-port.ts';
import { listenerKey, type RefusedListener } from '../core/memory.ts';
import { isOnlyRefusal } from '../core/trouble.ts';

type Create = (specs: readonly ListenerSpec[]) => Promise<readonly ListenerRefusal[]>;

/** Calls that one turn may spend on finding out which listener it is that the CLB does not make. */
const mostExtraCalls = 16;
/** Refused listeners that are tried alone in one turn; the turn must soon end, because pods that end wait for the next one. */
const mostAlone = 4;

/**
 * A CLB makes none of the listeners of a call for a bad one among them (a port inside somebody's port range, a quota):
 * halving finds the bad one in few calls, and the others are made. What failed half way is not split: what there is of it
 * now only the next look tells, and then it is tried one by one.
 */
export async function createInHalves(specs: readonly ListenerSpec[], create: Create): Promise<ListenerRefusal[]> {
  const budget = { calls: mostExtraCalls };
  return split(await create(specs), create, budget);
}

async function split(
  refusals: readonly ListenerRefusal[],
  create: Create,
  budget: { calls: number },
): Promise<ListenerRefusal[]> {
  const found: ListenerRefusal[] = [];
  for (const refusal of refusals) {
    const { specs, cause } = refusal;
    if (specs.length === 1 || budget.calls < 2 || !isOnlyRefusal(cause)) {
      found.push(refusal);
      continue;
    }
    budget.calls -= 2;
    const middle = Math.ceil(specs.length / 2);
    found.push(...(await split(await create(specs.slice(0, middle)), create, budget)));
    found.push(...(await split(await create(specs.slice(middle)), create, budget)));
  }
  return found;
}

/**
 * Tries again what was refused before: a few alone, the others together. What is refused again comes back in the order
 * of the next try, so that each gets its turn alone.
 */
export async function createOneByOne(
  before: readonly RefusedListener[],
  create: Create,
): Promise<readonly RefusedListener[]> {
  const alone: ListenerRefusal[] = [];
  for (const { spec } of before.slice(0, mostAlone)) alone.push(...(await create([spec])));
  const others = before.slice(mostAlone);
  const together = others.length === 0 ? [] : await create(others.map(({ spec }) => spec));
  return refusedOf([...together, ...alone], before);
}

/** A refusal of many says less than what was said before of one alone. */
export function refusedOf(
  refusals: readonly ListenerRefusal[],
  before: readonly RefusedListener[] = [],
): readonly RefusedListener[] {
  const said = new Map<string, CloudError>(before.map(({ spec, error }) => [listenerKey(spec), error]));
  return refusals.flatMap(({ specs, cause }) =>
    specs.map((spec) => {
      return { spec, error: specs.length === 1 ? cause : (said.get(listenerKey(spec)) ?? cause) };
    }),
  );
}
