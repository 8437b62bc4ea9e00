import type { Quota } from '../../core/model/quota.ts';
import type { Answer } from '../actions.ts';
import { given, required } from './fields.ts';

/** The names that the API gives to what we have to keep to (Quota, doc 214/30694). */
const ids = {
  listeners: 'TOTAL_LISTENER_QUOTA',
  rules: 'TOTAL_LISTENER_RULE_QUOTA',
  targets: 'TOTAL_TARGET_BIND_QUOTA',
} as const satisfies Record<keyof Quota, string>;

export function toQuota(answer: Answer<'DescribeQuota'>): Quota {
  const set = required(answer.QuotaSet, 'QuotaSet');
  const limitOf = (id: string) => usable(set.find(({ QuotaId }) => QuotaId === id)?.QuotaLimit);
  return given<Quota>({ listeners: limitOf(ids.listeners), rules: limitOf(ids.rules), targets: limitOf(ids.targets) });
}

/** An account without room for a single one would have no CLB: such a number means something else. */
function usable(limit: number | null | undefined): number | undefined {
  return typeof limit === 'number' && Number.isInteger(limit) && limit > 0 ? limit : undefined;
}
