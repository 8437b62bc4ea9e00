import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import {
  admissionCases,
  killReplicas,
  type AdmissionCase,
  type DeadTime,
  type Stage,
} from '../support/admissions/cases.ts';
import { preparePods, type Attempt } from '../support/admissions/steady-pods.ts';
import { startTimeline, type Timeline } from '../support/admissions/webhook-timeline.ts';
import { reportCase } from '../support/admissions/report-case.ts';
import { watchAdmissions, type Watched } from '../support/admissions/watch-admissions.ts';
import { usePolicy, type FailurePolicy } from '../support/admissions/webhook-settings.ts';
import { connect } from '../support/cluster.ts';
import { kubectl } from '../support/run.ts';

const namespace = 'e2e-admissions';
const policies = (process.env['CLB_DIRECT_ADMISSION_POLICIES'] ?? 'Fail').split(',') as FailurePolicy[];
const rounds = Number(process.env['CLB_DIRECT_ADMISSION_ROUNDS'] ?? '1');
const settleMs = Number(process.env['CLB_DIRECT_ADMISSION_SETTLE_MS'] ?? '3000');
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await preparePods(api, namespace);
});

afterAll(async () => {
  await usePolicy(api, undefined);
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  await api.close();
});

async function watchCase(
  policy: FailurePolicy,
  { name, action }: AdmissionCase,
  timeline = startTimeline(api),
): Promise<Watched> {
  const startedMs = performance.now();
  let seen: readonly string[] = [];
  try {
    const watched = await watchAdmissions({ namespace, perSecond: 20 }, async () => action({ api, settleMs }));
    seen = await timeline.stop();
    reportCase({ name, policy, seconds: (performance.now() - startedMs) / 1000, ...watched, seen });
    return watched;
  } finally {
    await timeline.stop();
  }
}

/** For cases in which some losses are expected. */
const noTimeline: Timeline = { stop: async () => Promise.resolve([]) };

const nothingLost = { failed: 0, failedOpen: 0, ungated: 0, blind: 0, problems: {} };
const roundNumbers = Array.from({ length: rounds }, (_, i) => i + 1);
const isProof = process.env['CLB_DIRECT_ADMISSIONS_FILE'] !== undefined;
const cases = admissionCases.filter(({ isForProof }) => isProof || isForProof === undefined);
const repeated = roundNumbers.flatMap(() => cases);

describe.each(policies)('With failurePolicy %s', (policy) => {
  beforeAll(async () => usePolicy(api, policy));

  test.each(repeated)('$name loses no admission.', async (each) => {
    const { figures } = await watchCase(policy, each);

    expect(figures).toMatchObject(nothingLost);
    if (each.unregisters === undefined) expect(figures.unregistered).toBe(0);
    expect(figures.created).toBeGreaterThan(50);
  });

  test.each(roundNumbers)(
    'A replica that is killed loses nothing but what was sent to it while it was dead (%i).',
    async () => {
      let dead: readonly DeadTime[] = [];
      const action = async (stage: Stage) => {
        dead = await killReplicas(stage);
      };
      const killing = { name: 'Killing each replica in turn', action };
      const { figures, attempts } = await watchCase(policy, killing, noTimeline);

      const refused = attempts.filter(({ outcome }) => outcome === 'refused');
      const met = ({ startedMs, endedMs }: Attempt) =>
        dead.some(({ fromMs, toMs }) => startedMs < toMs && endedMs > fromMs);
      const isOfTheDead = (attempt: Attempt) =>
        met(attempt) && /EOF|broken pipe|connection reset|connection refused/.test(attempt.problem ?? '');
      expect(refused.filter((attempt) => !isOfTheDead(attempt))).toEqual([]);
      expect(figures.ungated).toBeLessThanOrEqual(figures.failedOpen);
      expect(figures).toMatchObject({ blind: 0, unregistered: 0 });
    },
  );
});
