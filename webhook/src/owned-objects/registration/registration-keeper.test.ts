import { webhookHostNames } from '@clb-direct/certs/host-names.ts';
import { issueCa } from '@clb-direct/certs/issue-certificates.ts';
import { makeEverything } from '@clb-direct/certs/make-material.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { createMemoryApi, type MemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import { KubeError } from '@clb-direct/shared/kube/client/kube-api.ts';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRegistrationKeeper, type RegistrationKeeper } from './registration-keeper.ts';
import type { RegistrationSettings } from './render-registration.ts';

const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/clb-direct-pod-gate';
const settings: RegistrationSettings = {
  namespace: 'clb-direct',
  serviceName: 'clb-direct-webhook',
  path: '/mutate-pods',
  failurePolicy: 'Ignore',
  timeoutSeconds: 5,
  optOutNamespaceLabel: 'clb-direct.io/gate',
  rule: {
    gateType: 'x/gate',
    optOutAnnotation: 'clb-direct.io/gate',
    excludedNamespaces: ['kube-system', 'clb-direct'],
    gateJobPods: false,
  },
  asksAboutGated: false,
  drain: undefined,
};
const { signal } = new AbortController();

type Json = Record<string, unknown>;

let bundle: string;
let caBundle: string;
let otherCa: string;
beforeAll(async () => {
  const order = {
    hostNames: webhookHostNames('a', 'b'),
    hostName: 'a.b.svc',
    policy: defaultPolicy,
    nowMs: Date.now(),
  };
  bundle = (await makeEverything({ ...order, generation: 1, trusted: [] })).bundle;
  caBundle = Buffer.from(bundle).toString('base64');
  otherCa = (await issueCa({ ...order, generation: 2 })).certificate;
});

let api: MemoryApi;
let keeper: RegistrationKeeper;
let left: readonly string[];
beforeEach(() => {
  api = createMemoryApi();
  keeper = createRegistrationKeeper({ api, settings, fieldManager: 'test' });
});

/** The registration with other entries and metadata. */
function asWritten(webhooks: readonly Json[], metadata: Json = {}) {
  const before = live() as Json & { metadata: Json };
  return { ...before, metadata: { ...before.metadata, ...metadata }, webhooks };
}

/** Reads it, and repairs what differs. Returns what differed. */
async function check(namespaceUid = 'ns-uid'): Promise<readonly string[]> {
  const object = await keeper.read(
    { bundle, network: { eniDefault: 'not-eni', globalRoute: false }, namespaceUid },
    signal,
  );
  if (object.drifts.length > 0) ({ left } = await object.repair(signal));
  return object.drifts;
}

function live(): Json {
  return JSON.parse(JSON.stringify(api.objects.get(path) ?? {})) as Json;
}

function entry(): Json {
  const [first] = live()['webhooks'] as Json[];
  return first ?? {};
}

/** The selector with an expression that lets in only what carries a label. */
function narrowed(): Json {
  const { matchExpressions } = entry()['namespaceSelector'] as { matchExpressions: unknown[] };
  return { matchExpressions: [...matchExpressions, { key: 'team', operator: 'Exists' }] };
}

/** Changes the entry as a person with kubectl would. */
function edit(changed: Json): void {
  const before = api.objects.get(path);
  if (before !== undefined) api.objects.set(path, { ...before, webhooks: [{ ...entry(), ...changed }] });
}

function writes() {
  return api.calls.filter(({ method }) => method !== 'GET');
}

describe('the registration', () => {
  test('is made when it is missing, by a forced apply', async () => {
    expect(await check()).toEqual(['missing']);
    expect(writes()).toMatchObject([{ method: 'PATCH', path, query: { fieldManager: 'test', force: true } }]);
    expect(live()).toMatchObject({
      metadata: {
        name: 'clb-direct-pod-gate',
        ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'clb-direct', uid: 'ns-uid' }],
      },
    });
    expect(entry()).toMatchObject({
      name: 'pod-gate.clb-direct.io',
      clientConfig: {
        service: { namespace: 'clb-direct', name: 'clb-direct-webhook', path: '/mutate-pods', port: 443 },
        caBundle,
      },
      rules: [
        { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: 'Namespaced' },
      ],
      failurePolicy: 'Ignore',
      timeoutSeconds: 5,
      namespaceSelector: {
        matchExpressions: [
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['clb-direct', 'kube-system'] },
          { key: 'clb-direct.io/gate', operator: 'NotIn', values: ['off'] },
        ],
      },
    });
  });

  test('is left alone when it is as it has to be', async () => {
    await check();
    expect(await check()).toEqual([]);
    expect(writes()).toHaveLength(1);
  });

  test.each<[string, () => Json, string]>([
    ['an empty bundle', () => ({ clientConfig: { ...(entry()['clientConfig'] as Json), caBundle: '' } }), 'caBundle'],
    [
      "another CA's bundle",
      () => ({
        clientConfig: { ...(entry()['clientConfig'] as Json), caBundle: Buffer.from(otherCa).toString('base64') },
      }),
      'caBundle',
    ],
    [
      'another path',
      () => ({ clientConfig: { ...(entry()['clientConfig'] as Json), service: { name: 'x' } } }),
      'service',
    ],
    ['other rules', () => ({ rules: [] }), 'rules'],
    ['another policy', () => ({ failurePolicy: 'Fail' }), 'failurePolicy'],
    ['another time-out', () => ({ timeoutSeconds: 30 }), 'timeoutSeconds'],
    ['no selector', () => ({ namespaceSelector: {} }), 'namespaceSelector'],
    ['an object selector', () => ({ objectSelector: { matchLabels: { a: 'b' } } }), 'objectSelector'],
    ['other conditions', () => ({ matchConditions: [{ name: 'x', expression: 'false' }] }), 'matchConditions'],
    ['another entry instead', () => ({ name: 'other.example.com' }), 'entry,duplicate'],
    ['a url instead', () => ({ clientConfig: { url: 'https://x.example/y', caBundle } }), 'service'],
    ['a narrower selector', () => ({ namespaceSelector: narrowed() }), 'namespaceSelector'],
  ])('with %s is repaired', async (_, changed, kind) => {
    await check();
    const before = live()['webhooks'];
    edit(changed());
    expect((await check()).join()).toBe(kind);
    expect(left).toEqual([]);
    expect(live()['webhooks']).toEqual(before);
    expect(await check()).toEqual([]);
  });

  test('without our labels or owner is repaired', async () => {
    await check();
    api.objects.set(path, { ...live(), metadata: { name: 'clb-direct-pod-gate', uid: 'u', resourceVersion: '9' } });
    expect(await check()).toEqual(['labels', 'owner']);
    expect(await check()).toEqual([]);
  });
});

describe('our entry added once more', () => {
  test.each(['pod-gate.clb-direct.io', 'copy.example.com'])('as %s is taken away', async (name) => {
    await check();
    const before = live()['webhooks'] as Json[];
    api.objects.set(path, asWritten([...before, { ...entry(), name }]));
    expect(await check()).toEqual(['duplicate']);
    expect(live()['webhooks']).toEqual(before);
    expect(await check()).toEqual([]);
  });

  test('under another path is removed too: there is no such endpoint', async () => {
    await check();
    const before = live()['webhooks'] as Json[];
    const { clientConfig } = before[0] as { clientConfig: { service: Json } };
    const elsewhere = { ...clientConfig, service: { ...clientConfig.service, path: '/elsewhere' } };
    api.objects.set(path, asWritten([...before, { ...entry(), name: 'copy.example.com', clientConfig: elsewhere }]));
    expect(await check()).toEqual(['duplicate']);
    expect(live()['webhooks']).toEqual(before);
  });

  test('at another port of our Service is left alone: that port is theirs', async () => {
    await check();
    const before = live()['webhooks'] as Json[];
    const { clientConfig } = before[0] as { clientConfig: { service: Json } };
    const theirs = { ...clientConfig, service: { ...clientConfig.service, port: 8444 } };
    api.objects.set(path, asWritten([...before, { ...entry(), name: 'other.example.com', clientConfig: theirs }]));
    expect(await check()).toEqual([]);
  });
});

describe('what others write', () => {
  const foreign = { key: 'control-plane', operator: 'DoesNotExist' };

  test('into the selector and labels is no drift', async () => {
    await check();
    const { matchExpressions } = entry()['namespaceSelector'] as { matchExpressions: unknown[] };
    edit({ namespaceSelector: { matchExpressions: [foreign, ...matchExpressions] }, extra: 'x' });
    expect(await check()).toEqual([]);
  });

  test('survives a repair', async () => {
    await check();
    edit({ namespaceSelector: { matchExpressions: [foreign] } });
    expect(await check()).toEqual(['namespaceSelector']);
    expect(entry()['namespaceSelector']).toMatchObject({ matchExpressions: [{}, {}, foreign] });
    expect(await check()).toEqual([]);
  });

  test('as entries, labels and owners survives a repair', async () => {
    await check();
    const { labels, ownerReferences } = live()['metadata'] as { labels: Json; ownerReferences: unknown[] };
    const metadata = { labels: { ...labels, team: 'a' }, ownerReferences: [{ uid: 'other' }, ...ownerReferences] };
    const other = { name: 'other.example.com', clientConfig: { url: 'https://x.example/y' } };
    api.objects.set(path, asWritten([other, { ...entry(), timeoutSeconds: 30 }], metadata));
    expect(await check()).toEqual(['timeoutSeconds']);
    expect(live()).toMatchObject({ metadata, webhooks: [other, { timeoutSeconds: 5 }] });
  });

  test('as an owner of our name that is gone is taken away', async () => {
    await check('old-uid');
    expect(await check()).toEqual(['owner']);
    expect(live()).toMatchObject({ metadata: { ownerReferences: [{ uid: 'ns-uid' }] } });
    expect((live()['metadata'] as { ownerReferences: unknown[] }).ownerReferences).toHaveLength(1);
  });

  test('while we write is a conflict, and is not overwritten', async () => {
    await check();
    edit({ timeoutSeconds: 30 });
    api.before = ({ method }) => {
      const object = api.objects.get(path);
      if (method !== 'PATCH' || object === undefined) return;
      api.objects.set(path, { ...object, metadata: { ...object.metadata, resourceVersion: 'newer' } });
    };
    await expect(check()).rejects.toMatchObject({ status: 409 });
    expect(entry()).toMatchObject({ timeoutSeconds: 30 });
  });
});

test('the conditions that an older version wrote for held deletions are repaired', async () => {
  const drain = { path: '/hold-deletion', failurePolicy: 'Ignore' } as const;
  keeper = createRegistrationKeeper({ api, settings: { ...settings, drain }, fieldManager: 'test' });
  await check();
  const [gate, held] = live()['webhooks'] as Json[];
  const now = held?.['matchConditions'] as Json[];
  const before = now.filter(({ name }) => name !== 'not-a-preemption');
  api.objects.set(path, asWritten([gate ?? {}, { ...held, matchConditions: before }]));
  expect(await check()).toEqual(['pod-drain.clb-direct.io/matchConditions']);
  expect((live()['webhooks'] as Json[])[1]).toMatchObject({ matchConditions: now });
});

describe('an API server before 1.28', () => {
  test('that drops matchConditions is not written to again and again', async () => {
    api.onWrite = (object) => {
      const webhooks = (object['webhooks'] as Json[]).map((one) => ({ ...one, matchConditions: undefined }));
      return { ...object, webhooks };
    };
    expect(await check()).toEqual(['missing']);
    expect(left).toEqual(['matchConditions']);
    expect(await check()).toEqual([]);
  });

  test('that refuses matchConditions is written to without them', async () => {
    api.before = ({ method, body }) => {
      if (method !== 'PATCH' || !JSON.stringify(body).includes('matchConditions')) return;
      const message = 'failed to create typed patch object: .webhooks[0].matchConditions: field not declared in schema';
      throw new KubeError({ status: 500, reason: '', message });
    };
    expect(await check()).toEqual(['missing']);
    expect(entry()).not.toHaveProperty('matchConditions');
    expect(await check()).toEqual([]);
  });
});

test('the published bundle can be read, and is empty without a registration', async () => {
  expect(await keeper.readPublishedBundle(signal)).toBe('');
  await check();
  expect(await keeper.readPublishedBundle(signal)).toBe(bundle);
});
