import type { CoreV1Event } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drainEntry, programName, registrationEntry } from '@clb-direct/shared/domain/names.ts';
import { KubeError, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { events } from '@clb-direct/shared/kube/client/paths.ts';
import { makePair } from '../support/admissions/plain-webhook.ts';
import { installNamespace, killForGood, liveLeader, untilWhole } from '../support/admissions/webhook-pods.ts';
import { rolledOut } from '../support/admissions/webhook-settings.ts';
import { connect, find, get } from '../support/cluster.ts';
import { apply, kubectl } from '../support/run.ts';
import { measureRepair } from '../support/self-heal/measure-repair.ts';
import { edit, essence, objects, remove, type Edit, type Raw, type Watched } from '../support/self-heal/objects.ts';
import { until } from '../support/until.ts';

const repairMs = 2_000;
const leaseMs = 15_000;
/** What two busy cores may add to a repair, and to the polls that see it. */
const slackMs = 1_000;
let api: KubeApi;
let foreignCa: string;

beforeAll(async () => {
  api = await connect();
  foreignCa = Buffer.from((await makePair(installNamespace, 1)).ca).toString('base64');
  await untilWhole(api);
  await liveLeader(api);
  await startAnew();
});

afterAll(async () => api.close());

async function repairedAfter(
  names: readonly Watched[],
  allowedMs: number,
  tamper: () => Promise<void>,
): Promise<number | undefined> {
  const tookMs = await measureRepair(api, names, { limitMs: allowedMs + 30_000, tamper });
  process.stderr.write(`${expect.getState().currentTestName ?? ''} ${tookMs?.toFixed(0) ?? 'never:'} ms\n`);
  return tookMs;
}

const entry = '/webhooks/0';
const selector = { matchLabels: { 'no-pod': 'has-this' } };

describe('The registration is restored within two seconds when another writer', () => {
  test.each<[string, () => readonly Edit[]]>([
    ['empties its list of webhooks', () => [{ op: 'replace', path: '/webhooks', value: [] }]],
    ['replaces its CA', () => [{ op: 'replace', path: `${entry}/clientConfig/caBundle`, value: foreignCa }]],
    ['edits its rule', () => [{ op: 'replace', path: `${entry}/rules/0/operations`, value: ['UPDATE'] }]],
    ['edits its namespace selector', () => [{ op: 'replace', path: `${entry}/namespaceSelector`, value: {} }]],
    ['edits its object selector', () => [{ op: 'replace', path: `${entry}/objectSelector`, value: selector }]],
    ['edits its failure policy', () => [{ op: 'replace', path: `${entry}/failurePolicy`, value: 'Fail' }]],
    ['edits its timeout', () => [{ op: 'replace', path: `${entry}/timeoutSeconds`, value: 29 }]],
    ['edits its path', () => [{ op: 'replace', path: `${entry}/clientConfig/service/path`, value: '/elsewhere' }]],
    ['takes its conditions away', () => [{ op: 'remove', path: `${entry}/matchConditions` }]],
    ['takes its labels and its owner away', () => ['labels', 'ownerReferences'].map(removed)],
  ])('%s.', async (_what, edits) => {
    const tookMs = await repairedAfter(['registration'], repairMs, async () => edit(api, 'registration', edits()));
    expect(tookMs).toBeLessThan(repairMs + slackMs);
  });

  test('renames its entry, which then is an entry of the other writer.', async () => {
    const renaming: readonly Edit[] = [{ op: 'replace', path: `${entry}/name`, value: 'other.clb-direct.test' }];
    const tookMs = await repairedAfter(['registration'], repairMs, async () => edit(api, 'registration', renaming));
    await startAnew();
    expect(tookMs).toBeLessThan(repairMs + slackMs);
  });

  test('deletes it.', async () => {
    const tookMs = await repairedAfter(['registration'], repairMs, async () => remove(api, 'registration'));
    expect(tookMs).toBeLessThan(repairMs + slackMs);
  });
});

const removed = (field: string): Edit => ({ op: 'remove', path: `/metadata/${field}` });

test('The API server itself refuses a second entry of the same name.', async () => {
  const raw = await find<Raw>(api, objects.registration);
  const twice = edit(api, 'registration', [{ op: 'add', path: '/webhooks/-', value: raw?.webhooks?.[0] }]);

  await expect(twice.catch((error: unknown) => (error instanceof KubeError ? error.status : error))).resolves.toBe(422);
});

const garbage = btoa('garbage');

describe('Within two seconds', () => {
  test.each<[string, Watched, () => Promise<void>]>([
    ['a deleted Secret is back with the same bytes', 'secret', async () => remove(api, 'secret')],
    ['a Secret full of garbage holds the same bytes again', 'secret', async () => edit(api, 'secret', garble)],
    ['a Secret whose key is garbage holds the same bytes again', 'secret', async () => edit(api, 'secret', spoil)],
    ['a Secret that lost its CA key holds the same bytes again', 'secret', async () => edit(api, 'secret', loseCaKey)],
    ['a Secret whose CA key is garbage does too', 'secret', async () => edit(api, 'secret', spoilCaKey)],
    ['a deleted Service is back', 'service', async () => remove(api, 'service')],
    ['a Service that selects no pod selects the webhook again', 'service', async () => edit(api, 'service', misdirect)],
  ])('%s.', async (_what, name, tamper) => {
    const tookMs = await repairedAfter([name], repairMs, tamper);
    expect(tookMs).toBeLessThan(repairMs + slackMs);
  });
});

const garble = ['ca.crt', 'ca.key', 'tls.crt', 'tls.key'].map((key): Edit => ({
  op: 'replace',
  path: `/data/${key}`,
  value: garbage,
}));
const spoil: readonly Edit[] = [{ op: 'replace', path: '/data/tls.key', value: garbage }];
const loseCaKey: readonly Edit[] = [{ op: 'remove', path: '/data/ca.key' }];
const spoilCaKey: readonly Edit[] = [{ op: 'replace', path: '/data/ca.key', value: garbage }];
const misdirect: readonly Edit[] = [{ op: 'replace', path: '/spec/selector', value: { 'no-pod': 'has-this' } }];

test('Labels and selector expressions of others are kept through a repair.', async () => {
  const expression = { key: 'control-plane', operator: 'DoesNotExist' };
  await edit(api, 'registration', [
    { op: 'add', path: '/metadata/labels/example.com~1team', value: 'blue' },
    { op: 'add', path: `${entry}/namespaceSelector/matchExpressions/-`, value: expression },
  ]);
  const tampering: readonly Edit[] = [{ op: 'replace', path: `${entry}/timeoutSeconds`, value: 28 }];
  const tookMs = await repairedAfter(['registration'], repairMs, async () => edit(api, 'registration', tampering));

  expect(tookMs).toBeLessThan(repairMs + slackMs);
  const raw = await find<Raw>(api, objects.registration);
  expect(raw?.metadata.labels?.['example.com/team']).toBe('blue');
  expect(JSON.stringify(raw?.webhooks?.[0]?.['namespaceSelector'])).toContain('control-plane');
  await startAnew();
});

/** What others put into the registration goes with it. */
async function startAnew(): Promise<void> {
  await remove(api, 'registration');
  await until('the registration to be back', registration, (seen) => seen !== undefined);
}

const registration = async () => find<Raw>(api, objects.registration);

test('When the leader is killed and everything deleted, all is back within the Lease and two seconds.', async () => {
  const all = ['registration', 'secret', 'service'] as const;
  const leader = await liveLeader(api);
  const tookMs = await repairedAfter(all, leaseMs + repairMs, async () => {
    await killForGood(leader);
    for (const name of all) await remove(api, name);
  });

  expect(tookMs).toBeLessThan(leaseMs + repairMs + slackMs);
  await untilWhole(api);
});

test('Changes that were made while no webhook ran are repaired when one starts.', async () => {
  const deployment = `deployment/${programName.webhook}`;
  await kubectl(['-n', installNamespace, 'scale', deployment, '--replicas=0']);
  await kubectl([
    '-n',
    installNamespace,
    'wait',
    '--for=delete',
    'pod',
    '-l',
    `app.kubernetes.io/name=${programName.webhook}`,
  ]);
  const before = await essence(api, 'service');
  await remove(api, 'secret');
  await remove(api, 'service');
  await apply({ ...garbledRegistration });
  const startedMs = performance.now();
  await kubectl(['-n', installNamespace, 'scale', deployment, '--replicas=2']);
  await rolledOut(api);
  const raw = await until('the registration', registration, (seen) => caOf(seen) !== undefined, 60_000);
  const tookSeconds = (performance.now() - startedMs) / 1000;
  process.stderr.write(`in order ${tookSeconds.toFixed(1)} s after the first replica was asked for\n`);

  expect(raw?.webhooks?.map(({ name }) => name)).toEqual([registrationEntry, drainEntry]);
  expect(await essence(api, 'service')).toEqual(before);
  expect(caOf(raw)).toBe((await find<Raw>(api, objects.secret))?.data?.['ca.crt']);
});

const garbledRegistration = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: objects.registration.split('/').at(-1) },
  webhooks: [],
};

function caOf(raw: Raw | undefined): unknown {
  return (raw?.webhooks?.[0]?.['clientConfig'] as { caBundle?: string } | undefined)?.caBundle;
}

test('Repairs of a contested field slow down, and an event names the field and the other writer.', async () => {
  const tookMs: (number | undefined)[] = [];
  const rival: readonly Edit[] = [{ op: 'replace', path: `${entry}/sideEffects`, value: 'NoneOnDryRun' }];
  for (let change = 0; change < 8; change += 1) {
    tookMs.push(await repairedAfter(['registration'], 40_000, async () => edit(api, 'registration', rival)));
  }

  expect(tookMs[0]).toBeLessThan(repairMs + slackMs);
  expect(Math.max(...tookMs.map((ms) => ms ?? Infinity))).toBeGreaterThan(repairMs);
  expect(Math.max(...tookMs.map((ms) => ms ?? Infinity))).toBeLessThan(40_000);
  const said = 'Changed again and again: sideEffects, last written by e2e-rival.';
  await until('the event', contested, (messages) => messages.some((message) => message.startsWith(said)), 60_000);
});

/** Events live for an hour: there are those of other tests, such as of registrations deleted again and again. */
async function contested(): Promise<readonly string[]> {
  const { items } = await get<{ items: CoreV1Event[] }>(api, events());
  return items.filter(({ reason }) => reason === 'RegistrationContested').map(({ message }) => message ?? '');
}
