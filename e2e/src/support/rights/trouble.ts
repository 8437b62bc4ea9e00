import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { requestRotation } from '../admissions/rotation.ts';
import { installNamespace, untilWhole, webhookPods } from '../admissions/webhook-pods.ts';
import { find } from '../cluster.ts';
import { apply, kubectl } from '../run.ts';
import { edit, objects, remove, type Raw, type Watched } from '../self-heal/objects.ts';
import { crash, install, localInstall } from '../uninstall/install.ts';
import { until } from '../until.ts';

/** Trouble with the webhook's own objects that it can only repair with each of its verbs. */
export async function breakOwnObjects(api: KubeApi): Promise<void> {
  await remove(api, 'registration');
  await makeHeadless(api);
  await makeImmutable(api);
  await untilBack(api, 'registration', () => true);
  await untilWhole(api);
}

const headless = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: programName.webhook, namespace: installNamespace },
  spec: { clusterIP: 'None', selector: { 'no-pod': 'has-this' }, ports: [{ port: 443 }] },
};

/** A Service without an address can only be deleted. No webhook may run: it would have made its own again already. */
async function makeHeadless(api: KubeApi): Promise<void> {
  await scaleWebhook(api, 0);
  await remove(api, 'service');
  await apply(headless);
  await scaleWebhook(api, 2);
  await untilBack(api, 'service', ({ spec }) => spec?.clusterIP !== 'None');
}

async function scaleWebhook(api: KubeApi, replicas: number): Promise<void> {
  await kubectl(['-n', installNamespace, 'scale', `deployment/${programName.webhook}`, `--replicas=${replicas}`]);
  const count = async () => (await webhookPods(api)).length;
  await until(`${replicas} pods of the webhook`, count, (seen) => seen === replicas);
}

/** What happens twice is one event, which is counted up later; not if another replica became the leader in between. */
export async function misdirectUntil(api: KubeApi, isCounted: () => Promise<boolean>): Promise<void> {
  for (let times = 0; times < 3 && !(await isCounted()); times += 1) {
    await misdirectService(api);
    await misdirectService(api);
    await sleep(11_000);
  }
}

async function misdirectService(api: KubeApi): Promise<void> {
  const { selector } = headless.spec;
  await edit(api, 'service', [{ op: 'replace', path: '/spec/selector', value: selector }]);
  await untilBack(api, 'service', ({ spec }) => !isDeepStrictEqual(spec?.selector, selector));
}

/** An immutable Secret can only be deleted. */
async function makeImmutable(api: KubeApi): Promise<void> {
  await edit(api, 'secret', [{ op: 'add', path: '/immutable', value: true }]);
  await requestRotation(api, { kind: 'leaf', settleMs: 0 });
  await untilBack(api, 'secret', ({ immutable, data }) => immutable !== true && data?.['tls.crt'] !== undefined);
}

async function untilBack(api: KubeApi, name: Watched, isWhole: (raw: Raw) => boolean): Promise<void> {
  const look = async () => find<Raw>(api, objects[name]);
  await until(`the ${name} to be repaired`, look, (raw) => raw !== undefined && isWhole(raw));
}

/** Lets ten minutes pass for the record of a CLB whose last owner has left. */
export async function ageRecord(loadBalancerId: string): Promise<void> {
  const where = ['-n', installNamespace, 'configmap', `clb-direct-${loadBalancerId}`];
  const read = async () => kubectl(['get', ...where, '-o', 'jsonpath={.data}']);
  const text = await until('a released record', read, (data) => data.includes('releasedAt'));
  const aged = text.replaceAll(/(?<=releasedAt\\":\\")\d{4}/g, '2020');
  await kubectl(['patch', ...where, '--type=merge', '-p', `{"data":${aged}}`]);
}

/** Each program releases the other's ServiceAccount when that one crashes, so that the Namespace can go. */
export async function uninstallWhileCrashing(api: KubeApi, program: string): Promise<void> {
  await crash(program);
  await kubectl(['delete', '-k', localInstall, '--ignore-not-found', '--timeout=120s']);
  await install(api, localInstall);
}
