import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer, callsSince, newestCall, type ApiCall } from '../support/clb.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { isReady, living, podsOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** What one namespace does to the CLB API, and what others notice of it: "Shares of the CLB API" in operations.md. */
const [victim, other] = ['e2e-fair', 'e2e-fair-other'];
const loadBalancerId = 'lb-fair0001';
const vip = '198.51.100.71';
/** By the default of 18 calls a second: a third of them, and a sixth of a minute's worth at once. */
const looksPerMinute = 360;
const burst = 60;
const noticeMs = 2_000;
const absentCount = 400;
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, vip);
  await apply(namespaceOf(victim));
  await apply(namespaceOf(other));
  await apply(service(victim, { name: 'web', app: 'web', loadBalancerId }));
  await apply(deployment(victim, 3, { app: 'web', env: { STOP_DELAY_MS: '8000' } }));
  await untilReady();
});

afterAll(async () => {
  await deleteNamespaces(api, victim, other);
  await api.close();
});

const victims = async () => living(await podsOf(api, victim, 'web'));

async function untilReady(): Promise<void> {
  await until('3 ready pods', victims, (all) => all.length === 3 && all.every(isReady), 300_000);
}

/** Deletes a pod of the victim, and returns how long the CLB went on giving it new connections. */
async function msToWeight0(): Promise<number> {
  const [pod] = await victims();
  const before = await newestCall();
  const deletedAtMs = Date.now();
  await kubectl(['-n', victim, 'delete', 'pod', pod?.metadata?.name ?? '', '--wait=false']);
  const drained = await until(
    'weight 0',
    async () => (await callsSince(before)).find(isDrain),
    (call) => call !== undefined,
    60_000,
  );
  await untilReady();
  return (drained?.endMs ?? Infinity) - deletedAtMs;
}

function isDrain({ action, loadBalancerId: id, code, request }: ApiCall): boolean {
  if (action !== 'BatchModifyTargetWeight' || id !== loadBalancerId || code !== null) return false;
  return JSON.stringify(request).includes('"Weight":0');
}

async function longestOf(times: number): Promise<number> {
  const all: number[] = [];
  for (let count = 0; count < times; count += 1) all.push(await msToWeight0());
  return Math.max(...all);
}

/** A Service without a mark whose annotation names CLBs, and Services of ours that each name one more. */
async function attack(): Promise<void> {
  const invented = Array.from({ length: 8_000 }, (_, index) => `lb-x${String(index).padStart(7, '0')}`);
  const plain = service(other, { name: 'invented', app: 'web', loadBalancerId: '' });
  const annotations = { [annotation.loadBalancers]: invented.join() };
  const absent = Array.from({ length: absentCount }, (_, index) =>
    service(other, { name: `absent-${index}`, app: 'web', loadBalancerId: `lb-absent${index}` }),
  );
  const items = [{ ...plain, metadata: { ...plain.metadata, annotations } }, ...absent];
  await kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

const isOfAttack = ({ request }: ApiCall) => /lb-(?:x\d{7}|absent)/u.test(JSON.stringify(request));

/** The most calls in any minute. */
function mostPerMinute(calls: readonly ApiCall[]): number {
  const times = calls.map(({ atMs }) => atMs);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

/** The calls of the attack's first minute, the worst one as later pauses grow, and of each absent CLB at least one. */
async function firstMinute(before: number): Promise<readonly ApiCall[]> {
  return until(
    'a look at each absent CLB',
    async () => (await callsSince(before)).filter(isOfAttack),
    (calls) => calls.length >= absentCount && Date.now() - (calls[0]?.atMs ?? Infinity) > 60_000,
    180_000,
  );
}

test('8,000 invented ids and 400 absent CLBs of one namespace hold up no other, nor use up the API.', async () => {
  const undisturbedMs = await longestOf(3);
  const before = await newestCall();
  await attack();
  const disturbedMs = await longestOf(4);
  const calls = await firstMinute(before);
  const most = mostPerMinute(calls);
  const figures = { undisturbedMs, disturbedMs, calls: calls.length, mostPerMinute: most };
  process.stderr.write(`${JSON.stringify(figures)}\n`);
  expect(disturbedMs).toBeLessThan(undisturbedMs + noticeMs);
  expect(calls.some(({ request }) => JSON.stringify(request).includes('lb-x'))).toBe(false);
  expect(most).toBeLessThanOrEqual(looksPerMinute + burst);
});
