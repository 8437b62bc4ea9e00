import type { ClbReads, HealthOfSeveral } from '../core/model/clb-port.ts';
import { isGone } from '../core/model/cloud-error.ts';
import { mayBeOneOfSeveral } from '../core/model/cloud-trouble.ts';
import { chunks } from './codec/chunks.ts';
import { toHealths } from './codec/target-health.ts';
import { requireIds } from './guards.ts';
import type { Read } from './read.ts';

/** What one call may ask for (the SDK's models). */
const mostBalancers = 30;
/** Calls that may be spent on finding the CLB that a call fails for: one of 30 takes ten. */
const mostExtraCalls = 12;

const nobody: HealthOfSeveral = { answers: [], failed: [] };

export function createHealthReads(read: Read): Pick<ClbReads, 'describeHealth' | 'describeHealths'> {
  const several = createSeveral(read);
  return {
    async describeHealth(id, signal) {
      requireIds('DescribeTargetHealth', [id]);
      try {
        return await read(askOf([id]), toHealths, signal);
      } catch (error) {
        if (isGone(error)) return [];
        throw error;
      }
    },
    async describeHealths(ids, signal) {
      requireIds('DescribeTargetHealth', ids);
      const asks = chunks(ids, mostBalancers).map((some) => several(some, { calls: mostExtraCalls }, signal));
      return joined(await Promise.all(asks));
    },
  };
}

function askOf(ids: readonly string[]) {
  const purpose = `read the health of the targets of ${ids.length === 1 ? String(ids[0]) : 'several CLBs'}`;
  const request = { LoadBalancerIds: [...ids] };
  return { action: 'DescribeTargetHealth', purpose, request } as const;
}

/** One CLB that fails fails the whole call; halving finds it in few calls, and the others are answered. */
function createSeveral(read: Read) {
  return async function several(
    ids: readonly string[],
    budget: { calls: number },
    signal: AbortSignal,
  ): Promise<HealthOfSeveral> {
    try {
      return { ...nobody, answers: await read({ ...askOf(ids), isOnce: true }, toHealths, signal) };
    } catch (error) {
      signal.throwIfAborted();
      if (ids.length === 1 && isGone(error)) return nobody;
      if (ids.length === 1 || budget.calls < 2 || !mayBeOneOfSeveral(error)) return { ...nobody, failed: ids };
      budget.calls -= 2;
      const halves = chunks(ids, Math.ceil(ids.length / 2));
      return joined(await Promise.all(halves.map((half) => several(half, budget, signal))));
    }
  };
}

function joined(parts: readonly HealthOfSeveral[]): HealthOfSeveral {
  return { answers: parts.flatMap(({ answers }) => answers), failed: parts.flatMap(({ failed }) => failed) };
}
