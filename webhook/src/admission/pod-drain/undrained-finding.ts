import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { DrainOutcome, Surrender } from './drain-outcome.ts';
import type { DeletionRequest } from './judge-deletion.ts';

/** Whether the pod is deleted is decided after us: its PodDisruptionBudget or another webhook may refuse it still. */
export function undrainedFinding({ pod }: DeletionRequest, outcome: Surrender): Finding {
  const asked = pod === undefined ? 'eviction' : 'deletion';
  const message = `The webhook let the ${asked} through before the pod was drained: ${why[outcome]}`;
  return { severity: 'Warning', reason: 'DeletedUndrained', message };
}

export function isSurrender(outcome: DrainOutcome): outcome is Surrender {
  return Object.hasOwn(why, outcome);
}

const why: Readonly<Record<Surrender, string>> = {
  'gave-up':
    'the CLB did not confirm weight 0 in time. If it was the last pod that the CLB sends to, start a new one first; ' +
    'else see the events of its Service.',
  'asked-again':
    'an earlier one waited for it in vain less than a minute ago, and weight 0 is not confirmed still. Ask a minute ' +
    'after the first one to have it wait anew; why it was in vain, the event of that one says.',
  'no-turn':
    'its PodDisruptionBudget lets so many go at once, and others were drained first. Evict fewer pods at a time.',
  'controller-away': 'no clb-direct-controller runs. See kubectl -n clb-direct get pods.',
  error: 'the API server did not let the webhook read or mark it. See the log of clb-direct-webhook.',
  stopping:
    'the replica of clb-direct-webhook that held it stopped. If each of its rollouts says so, raise DRAIN_MS, and ' +
    'with it STOP_DEADLINE_MS and the grace period of its pods.',
};
