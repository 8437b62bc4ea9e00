import { setTimeout as wait } from 'node:timers/promises';
import type { V1Namespace, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { namespaces as namespacesPath, pods } from '@clb-direct/shared/kube/client/paths.ts';
import { connect, get } from '../support/cluster.ts';
import { isReady, living } from '../support/pods.ts';
import { until } from '../support/until.ts';

/** Long enough that what comes each minute comes at least once. */
const observedMs = 65_000;

let api: KubeApi;
beforeAll(async () => {
  api = await connect();
});
afterAll(async () => api.close());

async function replicas(): Promise<readonly V1Pod[]> {
  const labelSelector = `app.kubernetes.io/name in (${Object.values(programName).join(',')})`;
  const { items } = await get<{ items: V1Pod[] }>(api, pods('clb-direct'), { labelSelector });
  return living(items);
}

async function namespaces(): Promise<readonly V1Namespace[]> {
  return (await get<{ items: V1Namespace[] }>(api, namespacesPath())).items;
}

function isEnding(metadata: V1Namespace['metadata']): boolean {
  return metadata?.deletionTimestamp !== undefined;
}

/** Requests to the API server so far; renewals are the only PUTs, and an open watch is none. */
async function requestsOf(pod: V1Pod): Promise<number> {
  const url = `http://${pod.status?.podIP ?? ''}:9090/metrics`;
  const metrics = await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
  const counted = metrics.matchAll(
    /^clb_direct_kube_requests_total\{method="(?!PUT)[A-Z]+",code="[^"]+"\} (?<count>\d+)$/gm,
  );
  return [...counted].reduce((sum, { groups }) => sum + Number(groups?.['count']), 0);
}

async function requests(all: readonly V1Pod[]): Promise<readonly number[]> {
  return Promise.all(all.map(requestsOf));
}

test('At rest both programs make few requests, but for the renewals of their Leases.', async () => {
  const all = await until('four ready replicas', replicas, (found) => found.length === 4 && found.every(isReady));
  await until('no namespace that ends', namespaces, (found) => found.every(({ metadata }) => !isEnding(metadata)));
  // What follows a start comes to rest.
  await wait(15_000);
  const before = await requests(all);
  await wait(observedMs);
  const after = await requests(all);
  const hourly = after.map((count, index) => ((count - (before[index] ?? 0)) * 3_600_000) / observedMs);
  const shown = hourly.map((count, index) => `${all[index]?.metadata?.name}: ${Math.round(count)}`);
  process.stderr.write(`requests an hour besides renewals: ${shown.join(', ')}\n`);

  expect(hourly.reduce((sum, count) => sum + count, 0)).toBeLessThan(2_000);
}, 240_000);
