import { counter, histogram, onScrape } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import type { ReviewReason, ReviewResult } from './pod-gate/review-answer.ts';

/** Counts and times what the API server asks. */
export interface AdmissionMetrics {
  answered(result: ReviewResult, reason: ReviewReason, seconds: number): void;
  refused(status: number): void;
}

const timesAtOnce = 1_024;

interface Tally {
  readonly labels: { readonly result: ReviewResult; readonly reason: ReviewReason };
  count: number;
}

// The API server waits 5 s by default; an answer takes well under a millisecond.
const buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5];

/** Registers the metrics of the endpoint. */
export function createAdmissionMetrics(registry: Registry): AdmissionMetrics {
  const admissions = counter(registry, {
    name: 'admissions_total',
    help: 'Admission reviews answered, by what was done and why.',
    labelNames: ['result', 'reason'],
  });
  const refusals = counter(registry, {
    name: 'refused_requests_total',
    help: 'HTTP requests that were no admission review we could answer, by status code.',
    labelNames: ['status'],
  });
  const latency = histogram(registry, {
    name: 'admission_seconds',
    help: 'Time from a parsed review to its answer.',
    labelNames: [],
    buckets,
  });
  // Counted here and passed on at the scrape, or many at once: to find a metric by its labels costs more than the
  // answer.
  const times = new Float64Array(timesAtOnce);
  let timesHeld = 0;
  const observeTimes = () => {
    times.subarray(0, timesHeld).forEach((seconds) => latency.observe(seconds));
    timesHeld = 0;
  };
  onScrape(latency, observeTimes);
  const tallies = new Map<ReviewReason, Tally[]>();
  // By the words themselves: to join them to one key for each review costs more than to count.
  const tallyOf = (result: ReviewResult, reason: ReviewReason): Tally => {
    const known = tallies.get(reason)?.find(({ labels }) => labels.result === result);
    if (known !== undefined) return known;
    const added = { labels: { result, reason }, count: 0 };
    tallies.set(reason, [...(tallies.get(reason) ?? []), added]);
    return added;
  };
  onScrape(admissions, () => {
    for (const tally of [...tallies.values()].flat()) admissions.inc(tally.labels, tally.count);
    tallies.clear();
  });
  return {
    answered(result, reason, seconds) {
      tallyOf(result, reason).count += 1;
      if (timesHeld === timesAtOnce) observeTimes();
      times[timesHeld] = seconds;
      timesHeld += 1;
    },
    refused: (status) => refusals.inc({ status }),
  };
}
