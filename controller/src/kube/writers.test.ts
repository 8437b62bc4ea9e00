import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';
import { readIngress } from '../core/sources/ingress/read-ingress.ts';
import { anOwner, aPod } from '../testing/builders.ts';
import { anIngress } from '../testing/ingress-builders.ts';
import { createGateWriter } from './gate-writer.ts';
import { createHeldDeletionWriter } from './held-deletion-writer.ts';
import { toIngressFacts } from './ingress-facts.ts';
import { createOwnerWriter } from './owner-writer.ts';

const gateType = 'example.com/gate';
const waits = { status: 'False', reason: 'R', message: 'M' } as const;
const { signal } = new AbortController();
const none = { balancerIds: [], finalizer: false, inUse: undefined };
let server: FakeApiServer;
let api: KubeApi;

beforeEach(async () => {
  server = await startFakeApiServer();
  const log = createLogger({ program: 'test', level: 'silent' });
  api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'test', log });
});
afterEach(async () => {
  await api.close();
  await server.close();
});

const uidOf = (path: string, name: string) => server.create(path, { metadata: { name } }).metadata.uid ?? '';
const lastRequest = () => {
  const request = server.requests.at(-1);
  return { ...request, type: request?.headers['content-type'], body: JSON.parse(request?.body ?? '{}') as unknown };
};

describe('the gate', () => {
  const path = '/api/v1/namespaces/shop/pods';

  test('is written as one condition of that very pod, with the time of the change', async () => {
    const uid = uidOf(path, 'web-1');
    await createGateWriter(api, gateType).write(aPod({ uid }), waits, signal);
    expect(lastRequest()).toMatchObject({
      method: 'PATCH',
      path: `${path}/web-1/status`,
      type: 'application/strategic-merge-patch+json',
      body: {
        metadata: { uid },
        status: {
          conditions: [
            { type: gateType, ...waits, lastTransitionTime: expect.stringMatching(/^\d{4}-.*:\d\dZ$/) as unknown },
          ],
        },
      },
    });
  });

  test('has the time of the given clock, without milliseconds', async () => {
    const uid = uidOf(path, 'web-1');
    const nowMs = () => Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    await createGateWriter(api, gateType, nowMs).write(aPod({ uid }), waits, signal);
    expect(lastRequest().body).toMatchObject({
      status: { conditions: [{ lastTransitionTime: '2026-01-02T03:04:05Z' }] },
    });
  });

  test('keeps the time while only the message changes', async () => {
    const uid = uidOf(path, 'web-1');
    await createGateWriter(api, gateType).write(aPod({ uid, gate: { ...waits, message: 'old' } }), waits, signal);
    expect(lastRequest().body).toEqual({ metadata: { uid }, status: { conditions: [{ type: gateType, ...waits }] } });
  });

  test('of a pod that is gone, or is another one by now, is left alone', async () => {
    const writer = createGateWriter(api, gateType);
    await writer.write(aPod(), waits, signal);
    uidOf(path, 'web-1');
    await writer.write(aPod({ uid: 'uid-of-before' }), waits, signal);
    expect(server.store.get({ collection: 'api/v1/pods', namespace: 'shop', name: 'web-1' })).not.toHaveProperty(
      'status',
    );
  });

  test('that lost a race is an error, so that it is tried again', async () => {
    const uid = uidOf(path, 'web-1');
    server.fail({ times: 20, answer: { status: 409 } });
    await expect(createGateWriter(api, gateType).write(aPod({ uid }), waits, signal)).rejects.toThrow();
  });

  test('that the API server does not take is an error', async () => {
    const uid = uidOf(path, 'web-1');
    server.fail({ times: 20, answer: { status: 403 } });
    await expect(createGateWriter(api, gateType).write(aPod({ uid }), waits, signal)).rejects.toThrow();
  });
});

describe('the answer to a held deletion', () => {
  const path = '/api/v1/namespaces/shop/pods';
  const askedMs = Date.UTC(2026, 0, 2, 3, 5, 0);
  const pod = (uid: string) => aPod({ uid, heldDeletion: { sinceMs: askedMs, answer: undefined } });
  const write = async (answer: 'drained' | 'over', uid = uidOf(path, 'web-1')) =>
    createHeldDeletionWriter(api, () => askedMs - 2_000).answer(
      pod(uid),
      { answer, reason: 'R', message: 'M' },
      signal,
    );

  test('is one condition of that very pod, never older than the request', async () => {
    await write('drained');
    const drained = { type: 'clb-direct.io/Drained', status: 'True', reason: 'R', message: 'M' };
    const conditions = [{ ...drained, lastTransitionTime: '2026-01-02T03:05:00Z' }];
    expect(lastRequest()).toMatchObject({ path: `${path}/web-1/status`, body: { status: { conditions } } });
  });

  test('takes the request back when it is over', async () => {
    await write('over');
    const types = ['clb-direct.io/Drained', 'clb-direct.io/DrainRequested'];
    const conditions = types.map((type) => ({ type, status: 'False' }));
    expect(lastRequest().body).toMatchObject({ status: { conditions } });
  });

  test('does not take back what the webhook has asked for anew meanwhile, and is tried again', async () => {
    const metadata = { name: 'web-1' };
    const asked = (lastTransitionTime: string) => {
      return { status: { conditions: [{ type: 'clb-direct.io/DrainRequested', status: 'True', lastTransitionTime }] } };
    };
    const { uid = '', resourceVersion } = server.create(path, { metadata, ...asked('2026-01-02T03:05:00Z') }).metadata;
    const judged = aPod({ uid, heldDeletion: { sinceMs: askedMs, answer: undefined, resourceVersion } });
    const writer = createHeldDeletionWriter(api, () => askedMs + 60_000);
    const over = async () => writer.answer(judged, { answer: 'over', reason: 'R', message: 'M' }, signal);
    const anew = asked('2026-01-02T03:06:00Z');
    server.store.patch(placeOf(`${path}/web-1`), { metadata: {}, ...anew } as never);
    await expect(over()).rejects.toThrow();
    expect(server.store.get(placeOf(`${path}/web-1`))).toMatchObject(anew);
  });

  test.each([
    [true, { status: 'True', reason: 'ServiceAsks' }],
    [false, { status: 'False', reason: 'NoServiceAsks' }],
  ])('is made possible by telling whether a Service asks: %s', async (isAsked, words) => {
    const uid = uidOf(path, 'web-1');
    await createHeldDeletionWriter(api, () => askedMs).ask(pod(uid), isAsked, signal);
    const conditions = [{ type: 'clb-direct.io/DrainBeforeDelete', ...words }];
    expect(lastRequest()).toMatchObject({ path: `${path}/web-1/status`, body: { status: { conditions } } });
  });

  test('to a pod that was replaced is no error', async () => {
    uidOf(path, 'web-1');
    await write('drained', 'uid-of-another');
  });
});

describe('a Service', () => {
  const path = '/api/v1/namespaces/shop/services';

  test('gets its annotations and finalizer in one write that touches no other finalizer', async () => {
    const uid = uidOf(path, 'web');
    const shown = { balancerIds: ['lb-a', 'lb-b'], finalizer: true, inUse: 'lb-a' };
    await createOwnerWriter(api).show(anOwner({ uid }), shown, signal);
    expect(lastRequest()).toMatchObject({
      method: 'PATCH',
      path: `${path}/web`,
      type: 'application/strategic-merge-patch+json',
      body: {
        metadata: {
          uid,
          finalizers: ['clb-direct.io/listeners'],
          annotations: { 'clb-direct.io/load-balancers': 'lb-a,lb-b', 'service.kubernetes.io/loadbalance-id': 'lb-a' },
        },
      },
    });
  });

  test('loses them in one write', async () => {
    const uid = uidOf(path, 'web');
    await createOwnerWriter(api).show(anOwner({ uid }), none, signal);
    expect(lastRequest().body).toEqual({
      metadata: {
        uid,
        '$deleteFromPrimitiveList/finalizers': ['clb-direct.io/listeners'],
        annotations: { 'clb-direct.io/load-balancers': null, 'service.kubernetes.io/loadbalance-id': null },
      },
    });
  });

  test.each([
    ['gets', { stands: false, isWanted: true, isOurs: false }, true, true],
    ['gets no other than ours where nobody wants', { stands: true, isWanted: false, isOurs: true }, true, false],
    ['loses', { stands: true, isWanted: false, isOurs: true }, false, true],
    ['keeps what another controller put there as', { stands: true, isWanted: true, isOurs: false }, false, false],
  ])("%s Kubernetes' own finalizer", async (_, upstreamFinalizer, finalizer, goesAlong) => {
    const uid = uidOf(path, 'web');
    await createOwnerWriter(api).show({ ...anOwner({ uid }), upstreamFinalizer }, { ...none, finalizer }, signal);
    const list = finalizer ? 'finalizers' : '$deleteFromPrimitiveList/finalizers';
    const names = ['clb-direct.io/listeners', ...(goesAlong ? ['service.kubernetes.io/load-balancer-cleanup'] : [])];
    expect(lastRequest().body).toMatchObject({ metadata: { [list]: names } });
  });

  test.each<[string, string[], unknown]>([
    ['an address', ['192.0.2.1'], [{ ip: '192.0.2.1' }]],
    ['an IPv6 address', ['2001:db8::1'], [{ ip: '2001:db8::1' }]],
    ['a domain', ['lb.example.com'], [{ hostname: 'lb.example.com' }]],
    ['nothing any more', [], null],
  ])('gets %s in its status', async (_, addresses, ingress) => {
    const uid = uidOf(path, 'web');
    await createOwnerWriter(api).publishAddresses(anOwner({ uid }), addresses, signal);
    expect(lastRequest()).toMatchObject({
      path: `${path}/web/status`,
      type: 'application/merge-patch+json',
      body: { metadata: { uid }, status: { loadBalancer: { ingress } } },
    });
  });

  test('gets the mode that it asks for beside each address, and none beside a name', async () => {
    const ipModes = { wanted: 'Proxy', published: [] } as const;
    await createOwnerWriter(api).publishAddresses({ ...anOwner(), ipModes }, ['192.0.2.1', 'lb.example.com'], signal);
    const ingress = [{ ip: '192.0.2.1', ipMode: 'Proxy' }, { hostname: 'lb.example.com' }];
    expect(lastRequest()).toMatchObject({ body: { status: { loadBalancer: { ingress } } } });
  });

  test('gets its condition with the time of the change, which touches no other condition', async () => {
    const uid = uidOf(path, 'web');
    const served = { status: 'True', reason: 'LoadBalancerEnsured', message: 'm' } as const;
    const writer = createOwnerWriter(api, () => Date.parse('2026-01-02T03:04:05.678Z'));
    await writer.writeCondition(anOwner({ uid }), served, signal);
    const type = 'clb-direct.io/Ready';
    expect(lastRequest()).toMatchObject({
      path: `${path}/web/status`,
      type: 'application/strategic-merge-patch+json',
      body: {
        metadata: { uid },
        status: { conditions: [{ type, ...served, lastTransitionTime: '2026-01-02T03:04:05Z' }] },
      },
    });
    await writer.writeCondition(anOwner({ uid, condition: { ...served, message: 'before' } }), served, signal);
    expect(lastRequest().body).toEqual({ metadata: { uid }, status: { conditions: [{ type, ...served }] } });
    await writer.writeCondition(anOwner({ uid, condition: served }), undefined, signal);
    expect(lastRequest().body).toEqual({ metadata: { uid }, status: { conditions: [{ type, $patch: 'delete' }] } });
  });

  test('that is gone is no error', async () => {
    const writer = createOwnerWriter(api);
    await writer.show(anOwner(), none, signal);
    await writer.publishAddresses(anOwner(), [], signal);
    expect(server.requests).toHaveLength(2);
  });
});

test('an owner of a kind that the writer does not know is a programming error that names the kind', async () => {
  const gateway = { ...anOwner(), kind: 'Gateway' } as const;
  const writer = createOwnerWriter(api);
  await expect(writer.show(gateway, none, signal)).rejects.toThrow('kind Gateway');
  await expect(writer.publishAddresses(gateway, [], signal)).rejects.toThrow('kind Gateway');
  expect(server.requests).toEqual([]);
});

describe('an Ingress', () => {
  const path = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses';
  const owner = () => readIngress(anIngress({ uid: uidOf(path, 'site') }));

  test('gets the finalizer and the annotation as a Service does', async () => {
    await createOwnerWriter(api).show(owner(), { ...none, balancerIds: ['lb-one'], finalizer: true }, signal);
    expect(lastRequest()).toMatchObject({
      path: `${path}/site`,
      type: 'application/strategic-merge-patch+json',
      body: {
        metadata: {
          finalizers: ['clb-direct.io/listeners'],
          annotations: { 'clb-direct.io/load-balancers': 'lb-one' },
        },
      },
    });
  });

  test('gets its address in the status', async () => {
    await createOwnerWriter(api).publishAddresses(owner(), ['192.0.2.1'], signal);
    expect(lastRequest()).toMatchObject({
      path: `${path}/site/status`,
      body: { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } },
    });
  });

  test('gets its condition in an annotation, because its status has no field for it, and loses it again', async () => {
    const [writer, view] = [createOwnerWriter(api), owner()];
    const condition = { status: 'True', reason: 'R', message: 'says "M"' } as const;
    await writer.writeCondition(view, condition, signal);
    const stored = () => toIngressFacts(server.store.get(placeOf(`${path}/site`)))?.condition;
    expect([lastRequest().path, stored()]).toEqual([`${path}/site`, condition]);
    await writer.writeCondition(view, undefined, signal);
    expect(stored()).toBeUndefined();
  });
});
