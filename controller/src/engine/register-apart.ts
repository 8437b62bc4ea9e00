import { CloudError, type Refusal, type TargetSpec } from '../core/clb-port.ts';
import { targetKey } from '../core/target.ts';
import { isOnlyRefusal } from '../core/trouble.ts';

type Register = (targets: readonly TargetSpec[]) => Promise<readonly Refusal[]>;

interface Outcome {
  readonly taken: readonly TargetSpec[];
  readonly refused: readonly TargetSpec[];
  readonly refusals: readonly Refusal[];
}

/** Calls that one turn may spend on finding out what it is that the CLB does not take. */
const mostExtraCalls = 16;

/**
 * A CLB refuses all targets of a listener for one bad one (an IP outside its VPC, say). Halving finds the bad one in
 * few calls, and the others are taken; suspects go last and apart.
 */
export async function registerApart(
  targets: readonly TargetSpec[],
  suspects: ReadonlySet<string>,
  register: Register,
): Promise<Outcome> {
  const budget = { calls: mostExtraCalls };
  const isSuspect = (target: TargetSpec) => suspects.has(targetKey(target));
  const first = await inHalves(
    targets.filter((target) => !isSuspect(target)),
    register,
    budget,
  );
  return joined([first, await inHalves(targets.filter(isSuspect), register, budget)]);
}

async function inHalves(
  targets: readonly TargetSpec[],
  register: Register,
  budget: { calls: number },
): Promise<Outcome> {
  if (targets.length === 0) return joined([]);
  const refusals = await refusalsOf(targets, register);
  if (refusals === 'as a whole') return byListener(targets, register, budget);
  const messages = new Map(refusals.map((refusal) => [refusal.listenerId, refusal]));
  const taken = targets.filter(({ listenerId }) => !messages.has(listenerId));
  const outcomes: Outcome[] = [{ taken, refused: [], refusals: [] }];
  for (const refusal of messages.values()) {
    const refused = targets.filter(({ listenerId }) => listenerId === refusal.listenerId);
    const mayTry = refused.length > 1 && budget.calls >= 2;
    outcomes.push(mayTry ? await bothHalves(refused, register, budget) : { taken: [], refused, refusals: [refusal] });
  }
  return joined(outcomes);
}

/** A quota of one listener refuses the whole call, those of others with it: only one by one it shows whom it concerns. */
async function refusalsOf(targets: readonly TargetSpec[], register: Register) {
  try {
    return await register(targets);
  } catch (error) {
    if (!(error instanceof CloudError) || !isOnlyRefusal(error)) throw error;
    const [listenerId, ...others] = new Set(targets.map((target) => target.listenerId));
    if (listenerId === undefined || others.length > 0) return 'as a whole';
    return [{ listenerId, message: error.message, cause: error }];
  }
}

async function byListener(
  targets: readonly TargetSpec[],
  register: Register,
  budget: { calls: number },
): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const own of Map.groupBy(targets, ({ listenerId }) => listenerId).values()) {
    outcomes.push(await inHalves(own, register, budget));
  }
  return joined(outcomes);
}

async function bothHalves(
  targets: readonly TargetSpec[],
  register: Register,
  budget: { calls: number },
): Promise<Outcome> {
  budget.calls -= 2;
  const middle = Math.ceil(targets.length / 2);
  const first = await inHalves(targets.slice(0, middle), register, budget);
  return joined([first, await inHalves(targets.slice(middle), register, budget)]);
}

function joined(outcomes: readonly Outcome[]): Outcome {
  const refusals = outcomes.flatMap((outcome) => outcome.refusals);
  return {
    taken: outcomes.flatMap(({ taken }) => taken),
    refused: outcomes.flatMap(({ refused }) => refused),
    refusals: [...new Map(refusals.map((refusal) => [`${refusal.listenerId} ${refusal.message}`, refusal])).values()],
  };
}
