import { beforeEach, describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { createPreStop } from '../pre-stop/pre-stop.ts';
import { prepareAnswers } from './answer-review.ts';
import type { ReviewAnswer } from './review-answer.ts';
import type { GateRule } from '@clb-direct/shared/domain/gate-rule.ts';

const gateType = 'cloud.tencent.com/load-balancer-backendgroup-ready';
const networks = 'tke.cloud.tencent.com/networks';
const rule: GateRule = {
  gateType,
  optOutAnnotation: 'clb-direct.io/gate',
  excludedNamespaces: ['kube-system', 'clb-direct'],
  gateJobPods: false,
};

interface Pod {
  metadata?: Record<string, unknown>;
  spec?: Record<string, unknown>;
}

const eniPod: Pod = {
  metadata: { annotations: { [networks]: 'tke-route-eni' } },
  spec: { containers: [{ name: 'web', image: 'web' }] },
};

const onEni = { eniDefault: 'eni', globalRoute: false } as const;
const bridged = { eniDefault: 'not-eni', globalRoute: false } as const;

function review(object: unknown, changed: Record<string, unknown> = {}) {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const request = { uid: 'u-1', kind, resource, operation: 'CREATE', namespace: 'default', object, ...changed };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
}

function answer(body: unknown, changed: Partial<GateRule> = {}): ReviewAnswer {
  return prepareAnswers({ ...rule, ...changed })(body, bridged);
}

function patchOf(answered: ReviewAnswer): unknown {
  const patch = answered.kind === 'review' ? answered.body.response.patch : undefined;
  return patch === undefined ? undefined : JSON.parse(Buffer.from(patch, 'base64').toString());
}

function withSpec(spec: Record<string, unknown>): Pod {
  return { ...eniPod, spec: { ...eniPod.spec, ...spec } };
}

function withMeta(metadata: Record<string, unknown>): Pod {
  return { ...eniPod, metadata: { ...eniPod.metadata, ...metadata } };
}

const container = (resources: unknown) => ({ name: 'c', resources });
const jobOwner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', controller: true };

describe('a pod that gets the gate', () => {
  test('without gates: the list is added', () => {
    const answered = answer(review(eniPod));
    expect(answered).toMatchObject({
      result: 'gated',
      reason: 'networks-annotation',
      body: { response: { uid: 'u-1', allowed: true, patchType: 'JSONPatch' } },
    });
    expect(patchOf(answered)).toEqual([
      { op: 'add', path: '/spec/readinessGates', value: [{ conditionType: gateType }] },
    ]);
  });

  test.each([
    ["with another's gate: ours is appended", [{ conditionType: 'other' }]],
    ['with an empty list: ours is appended', []],
  ])('%s', (_, readinessGates) => {
    expect(patchOf(answer(review(withSpec({ readinessGates }))))).toEqual([
      { op: 'add', path: '/spec/readinessGates/-', value: { conditionType: gateType } },
    ]);
  });

  test.each<[string, Pod, string]>([
    [
      'a limit in a container',
      { spec: { containers: [container({ limits: { 'tke.cloud.tencent.com/eni-ip': '1' } })] } },
      'eni-resource',
    ],
    [
      'a request in an init container',
      {
        spec: {
          containers: [],
          initContainers: [container({ requests: { 'tke.cloud.tencent.com/direct-eni': '1' } })],
        },
      },
      'eni-resource',
    ],
    [
      'another value of the opt-out',
      withMeta({ annotations: { [networks]: 'tke-direct-eni', 'clb-direct.io/gate': 'on' } }),
      'networks-annotation',
    ],
    [
      'a Job that only owns it',
      withMeta({ ownerReferences: [{ ...jobOwner, controller: false }] }),
      'networks-annotation',
    ],
    [
      'a ReplicaSet that controls it',
      withMeta({ ownerReferences: [{ ...jobOwner, kind: 'ReplicaSet' }] }),
      'networks-annotation',
    ],
    [
      'a Job of another API group that controls it',
      withMeta({ ownerReferences: [{ ...jobOwner, apiVersion: 'batch.volcano.sh/v1alpha1' }] }),
      'networks-annotation',
    ],
  ])('%s', (_, pod, reason) => {
    expect(answer(review(pod))).toMatchObject({ result: 'gated', reason });
  });

  test('by default where the cluster says so', () => {
    expect(prepareAnswers(rule)(review({ spec: {} }), onEni)).toMatchObject({ result: 'gated', reason: 'eni-default' });
  });

  test.each<[string, Pod, string]>([
    ['on the bridge', withMeta({ annotations: { [networks]: 'tke-bridge' } }), 'networks-annotation'],
    ['without a mark', { spec: {} }, 'eni-default'],
  ])('%s, where GlobalRouter direct access is on', (_, pod, reason) => {
    expect(prepareAnswers(rule)(review(pod), { ...bridged, globalRoute: true })).toMatchObject({
      result: 'gated',
      reason,
    });
  });

  test('of a Job where the setting says so', () => {
    const pod = withMeta({ ownerReferences: [jobOwner] });
    expect(answer(review(pod), { gateJobPods: true })).toMatchObject({ result: 'gated' });
  });
});

describe('a pod that is left alone', () => {
  test.each<[string, Pod, string]>([
    ['on the host network', withSpec({ hostNetwork: true }), 'host-network'],
    ['gated already', withSpec({ readinessGates: [{ conditionType: gateType }] }), 'has-gate'],
    ['of a Job', withMeta({ ownerReferences: [jobOwner] }), 'job-pod'],
    [
      'of a Job in another version',
      withMeta({ ownerReferences: [{ ...jobOwner, apiVersion: 'batch/v2' }] }),
      'job-pod',
    ],
    ['opted out', withMeta({ annotations: { [networks]: 'tke-route-eni', 'clb-direct.io/gate': 'off' } }), 'opted-out'],
    [
      'a mirror pod',
      withMeta({ annotations: { [networks]: 'tke-route-eni', 'kubernetes.io/config.mirror': 'x' } }),
      'mirror-pod',
    ],
    ['on the bridge', withMeta({ annotations: { [networks]: 'tke-bridge' } }), 'networks-annotation'],
    ['without a mark', { spec: { containers: [container({ limits: { cpu: '1' } })] } }, 'eni-default'],
  ])('%s', (_, pod, reason) => {
    const answered = answer(review(pod));
    expect(answered).toMatchObject({ result: 'left-alone', reason });
    expect(answered).toHaveProperty('body.response', { uid: 'u-1', allowed: true });
  });

  test.each(['kube-system', 'clb-direct'])('in %s', (namespace) => {
    expect(answer(review(eniPod, { namespace }))).toMatchObject({ result: 'left-alone', reason: 'excluded-namespace' });
  });
});

describe('reviews that were not asked for', () => {
  test.each<[string, Record<string, unknown>]>([
    ['another resource', { resource: { group: 'apps', version: 'v1', resource: 'deployments' } }],
    ['another operation', { operation: 'UPDATE' }],
    ['a subresource', { subResource: 'ephemeralcontainers' }],
    ['no resource', { resource: undefined }],
    ['another kind', { kind: { group: '', version: 'v1', kind: 'Binding' } }],
    ['no kind', { kind: null }],
  ])('%s: allowed, unchanged', (_, changed) => {
    const answered = answer(review(eniPod, changed));
    expect(answered).toMatchObject({ result: 'left-alone', reason: 'not-asked-for' });
    expect(patchOf(answered)).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ['no object', undefined, 'request.object is not an object'],
    ['no spec', { metadata: {} }, 'request.object.spec is not an object'],
    ['gates that are no list', { spec: { readinessGates: {} } }, 'request.object.spec.readinessGates is not a list'],
  ])('%s: allowed, unchanged, with a warning', (_, object, problem) => {
    const warnings = [`clb-direct left this pod alone: ${problem}.`];
    expect(answer(review(object))).toMatchObject({ reason: 'unreadable-pod', body: { response: { warnings } } });
  });

  test.each<[string, unknown, string]>([
    ['no object', [], 'The body is not a JSON object; send an AdmissionReview.'],
    [
      'an old version',
      { ...review(eniPod), apiVersion: 'admission.k8s.io/v1beta1' },
      'apiVersion is "admission.k8s.io/v1beta1"; send admission.k8s.io/v1.',
    ],
    ['another kind', { ...review(eniPod), kind: 'Pod' }, 'kind is "Pod"; send AdmissionReview.'],
    ['no request', { ...review(eniPod), request: null }, 'request is not an object; send a review with a request.'],
    ['no uid', review(eniPod, { uid: undefined }), 'request.uid is missing; send a text.'],
    ['an empty uid', review(eniPod, { uid: '' }), 'request.uid is ""; send a text.'],
    ['a uid that is no text', review(eniPod, { uid: { a: 1 } }), 'request.uid is not a text; send a text.'],
  ])('%s: refused with the reason', (_, body, problem) => {
    expect(answer(body)).toEqual({ kind: 'refused', problem });
  });
});

describe('whatever comes', () => {
  const odd = fc.jsonValue({ maxDepth: 4 });
  const oddPod = fc.record(
    {
      metadata: fc.oneof(odd, fc.record({ annotations: odd, ownerReferences: odd }, { requiredKeys: [] })),
      spec: fc.oneof(
        odd,
        fc.record(
          { hostNetwork: odd, readinessGates: odd, containers: odd, initContainers: odd },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  );

  test('the answer allows, echoes the uid, and patches one place at most', () => {
    fc.assert(
      fc.property(fc.oneof(odd, oddPod), fc.string({ minLength: 1 }), (object, uid) => {
        const answered = prepareAnswers(rule)(review(object, { uid }), onEni);
        if (answered.kind !== 'review') throw new Error(answered.problem);
        expect(answered.body.response).toMatchObject({ uid, allowed: true });
        expect([undefined, 1]).toContain((patchOf(answered) as unknown[] | undefined)?.length);
      }),
      { numRuns: 500 },
    );
  });

  test('a second call changes nothing more', () => {
    const patched = withSpec({ readinessGates: [{ conditionType: 'other' }, { conditionType: gateType }] });
    expect(patchOf(answer(review(patched)))).toBeUndefined();
  });

  test('names that every object inherits are not taken for fields', () => {
    const poisoned: unknown = JSON.parse(
      `{"spec":{"containers":[]},"metadata":{"__proto__":{"annotations":{"${networks}":"tke-route-eni"}}}}`,
    );
    expect(answer(review(poisoned))).toMatchObject({ result: 'left-alone', reason: 'eni-default' });
    expect(({} as Record<string, unknown>)['annotations']).toBeUndefined();
  });
});

describe('a preStop sleep', () => {
  const rules = { mode: 'all', seconds: 20, restSeconds: 5 } as const;
  let counted: string[];
  const judge = () =>
    createPreStop({
      rule: rules,
      namespaceWish: (namespace) => (namespace === 'quiet' ? { kind: 'none' } : undefined),
      serverMinor: () => 36,
      count: (outcome) => counted.push(outcome),
    });
  const asked = (pod: Pod, changed: Record<string, unknown> = {}) =>
    prepareAnswers(rule, { judgePreStop: judge() })(review(pod, changed), bridged);
  const sleep = {
    op: 'add',
    path: '/spec/containers/0/lifecycle',
    value: { preStop: { sleep: { seconds: 20 } } },
  };
  const gate = { op: 'add', path: '/spec/readinessGates', value: [{ conditionType: gateType }] };
  beforeEach(() => {
    counted = [];
  });

  test('comes with the gate in one patch', () => {
    const answered = asked(eniPod);
    expect(answered).toMatchObject({ result: 'gated' });
    expect([patchOf(answered), counted]).toEqual([[gate, sleep], ['added']]);
  });

  test('comes alone to a pod that has the gate', () => {
    const answered = asked(withSpec({ readinessGates: [{ conditionType: gateType }] }));
    expect(answered).toMatchObject({ result: 'sleep-added', reason: 'has-gate' });
    expect(patchOf(answered)).toEqual([sleep]);
  });

  test('comes with a warning when it is cut', () => {
    expect(asked(withSpec({ terminationGracePeriodSeconds: 10 }))).toMatchObject({
      body: { response: { warnings: [expect.stringContaining('a preStop sleep of 5 s instead of 20 s')] } },
    });
  });

  test('does not come where the namespace says no', () => {
    expect([patchOf(asked(eniPod, { namespace: 'quiet' })), counted]).toEqual([[gate], ['not-asked-for']]);
  });

  test.each<[string, Pod]>([
    ['that is no ENI pod', { spec: { containers: [{}] } }],
    ['that opted out of the gate', withMeta({ annotations: { 'clb-direct.io/gate': 'off' } })],
    ['of a Job', withMeta({ ownerReferences: [jobOwner] })],
  ])('does not come to a pod %s', (_, pod) => {
    expect([patchOf(asked(pod)), counted]).toEqual([undefined, []]);
  });
});

describe('while no controller is there to open gates', () => {
  let isAway: boolean;
  const asked = (pod: Pod) => prepareAnswers(rule, { isControllerAway: () => isAway })(review(pod), bridged);

  test('a pod is created without one, and once there is, with one', () => {
    isAway = true;
    expect(asked(eniPod)).toMatchObject({ result: 'left-alone', reason: 'controller-away' });
    expect(patchOf(asked(eniPod))).toBeUndefined();
    isAway = false;
    expect(asked(eniPod)).toMatchObject({ result: 'gated' });
  });

  test('the reason of other pods is their own', () => {
    isAway = true;
    expect(asked(withSpec({ hostNetwork: true }))).toMatchObject({ result: 'left-alone', reason: 'host-network' });
  });
});

describe('an annotation with a word that means nothing', () => {
  const warningsFor = (annotations: Readonly<Record<string, string>>) => {
    const answered = answer(review(withMeta({ annotations: { [networks]: 'tke-route-eni', ...annotations } })));
    return answered.kind === 'review' ? (answered.body.response.warnings ?? []) : undefined;
  };

  test.each([
    ['clb-direct.io/gate', 'no', 'write "off"'],
    ['clb-direct.io/drain-before-delete', 'yes', 'write "true" or "false"'],
  ])('%s: %j counts as absent, and whoever creates the pod is told', (name, word, cure) => {
    expect(warningsFor({ [name]: word })).toEqual([expect.stringContaining(`${name} is "${word}"; ${cure}`)]);
    expect(answer(review(withMeta({ annotations: { [networks]: 'tke-route-eni', [name]: word } })))).toMatchObject({
      result: 'gated',
    });
  });

  test.each([
    ['clb-direct.io/gate', 'off'],
    ['clb-direct.io/drain-before-delete', 'true'],
    ['clb-direct.io/drain-before-delete', 'false'],
  ])('is not %s: %j', (name, word) => {
    expect(warningsFor({ [name]: word })).toEqual([]);
  });

  test('is shown bounded', () => {
    expect(warningsFor({ 'clb-direct.io/gate': 'x'.repeat(100_000) })?.join().length).toBeLessThan(500);
  });
});
