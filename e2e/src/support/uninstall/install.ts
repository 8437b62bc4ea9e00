import { resolve } from 'node:path';
import type { V1ServiceAccount } from '@kubernetes/client-node';
import { programName, rightsFinalizer } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { installNamespace, untilWhole } from '../admissions/webhook-pods.ts';
import { readRegistration } from '../admissions/webhook-settings.ts';
import { find } from '../cluster.ts';
import { kubectl } from '../run.ts';
import { until } from '../until.ts';

/** What ./scripts/test installs. */
export const localInstall = resolve(import.meta.dirname, '../../../../manifests/local');

/** Installs as users do, and waits until both programs run and are ready for an uninstall. */
export async function install(api: KubeApi, folder: string): Promise<void> {
  await kubectl(['apply', '-k', folder]);
  for (const name of Object.values(programName)) {
    await kubectl(['-n', installNamespace, 'rollout', 'status', `deployment/${name}`, '--timeout=120s']);
  }
  await untilWhole(api);
  await until(
    'the registration',
    async () => readRegistration(api),
    (seen) => seen !== undefined,
  );
  const count = async () => countKeptServiceAccounts(api);
  await until('the programs to be ready for an uninstall', count, (kept) => kept === 2);
}

async function countKeptServiceAccounts(api: KubeApi): Promise<number> {
  const names = Object.values(programName);
  const serviceAccounts = await Promise.all(
    names.map(async (name) => find<V1ServiceAccount>(api, paths.serviceAccount(installNamespace, name))),
  );
  return serviceAccounts.filter((each) => each?.metadata?.finalizers?.includes(rightsFinalizer)).length;
}

/** Makes every replica of a program crash again and again. */
export async function crash(name: string): Promise<void> {
  const env = { name: 'OPS_PORT', value: 'no port' };
  const patch = [
    { op: 'replace', path: '/spec/strategy', value: { type: 'Recreate' } },
    { op: 'add', path: '/spec/template/spec/containers/0/env/-', value: env },
  ];
  await kubectl(['-n', installNamespace, 'patch', 'deployment', name, '--type=json', '-p', JSON.stringify(patch)]);
  const label = `app.kubernetes.io/name=${name}`;
  const states = 'jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}';
  const look = async () => kubectl(['-n', installNamespace, 'get', 'pods', '-l', label, '-o', states]);
  await until(`every replica of ${name} to crash`, look, (seen) => seen === 'CrashLoopBackOff CrashLoopBackOff');
}
