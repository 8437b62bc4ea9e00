import type { V1MutatingWebhookConfiguration } from '@kubernetes/client-node';
import { programName, registrationName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { mutatingWebhookConfiguration } from '@clb-direct/shared/kube/client/paths.ts';
import { find } from '../cluster.ts';
import { kubectl } from '../run.ts';
import { until } from '../until.ts';
import { installNamespace, untilWhole } from './webhook-pods.ts';

export type FailurePolicy = 'Fail' | 'Ignore';

const deployment = `deployment/${programName.webhook}`;

/** Rolls the webhook over to another policy; undefined = what the installed settings say. */
export async function usePolicy(api: KubeApi, policy: FailurePolicy | undefined): Promise<void> {
  const assignment = policy === undefined ? 'FAILURE_POLICY-' : `FAILURE_POLICY=${policy}`;
  await kubectl(['-n', installNamespace, 'set', 'env', deployment, assignment]);
  await rolledOut(api);
  const wanted = policy ?? 'Ignore';
  await until(
    `the registration to say ${wanted}`,
    async () => readRegistration(api),
    (seen) => seen?.webhooks?.[0]?.failurePolicy === wanted,
  );
}

/** Replaces every replica as `kubectl rollout restart` does, and waits until the old ones are gone. */
export async function restartWebhook(api: KubeApi): Promise<void> {
  await kubectl(['-n', installNamespace, 'rollout', 'restart', deployment]);
  await rolledOut(api);
}

export async function rolledOut(api: KubeApi): Promise<void> {
  await kubectl(['-n', installNamespace, 'rollout', 'status', deployment, '--timeout=120s']);
  await untilWhole(api);
}

export async function readRegistration(api: KubeApi): Promise<V1MutatingWebhookConfiguration | undefined> {
  return find<V1MutatingWebhookConfiguration>(api, mutatingWebhookConfiguration(registrationName));
}
