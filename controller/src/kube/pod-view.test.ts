import { describe, expect, test } from '@jest/globals';
import { aPod } from '../testing/builders.ts';
import { gateExpectedBy } from './gate-expected.ts';
import { toPodView } from './pod-view.ts';

const gateType = 'example.com/gate';

/** A pod as the API server sends it, shortened by what is not read. */
function rawPod(parts: { metadata?: object; spec?: object; status?: object } = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      uid: 'uid-web-1',
      resourceVersion: '812',
      creationTimestamp: '2026-01-02T03:04:05Z',
      labels: { app: 'web' },
      ...parts.metadata,
    },
    spec: {
      nodeName: 'node1',
      readinessGates: [{ conditionType: gateType }],
      containers: [
        { name: 'web', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }, { containerPort: 9 }] },
        {
          name: 'dns',
          ports: [
            { name: 'dns', containerPort: 53, protocol: 'UDP' },
            { name: 'http', containerPort: 1 },
          ],
        },
        { name: 'bare' },
      ],
      initContainers: [
        { name: 'proxy', restartPolicy: 'Always', ports: [{ name: 'admin', containerPort: 15_000 }] },
        { name: 'setup', ports: [{ name: 'never', containerPort: 7 }] },
      ],
      ...parts.spec,
    },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      conditions: [
        { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' },
        { type: 'ContainersReady', status: 'True', lastTransitionTime: '2026-01-02T03:04:15Z' },
      ],
      containerStatuses: [{ name: 'web', state: { running: {} } }],
      ...parts.status,
    },
  };
}

const view = (parts?: Parameters<typeof rawPod>[0]) => toPodView(rawPod(parts), gateType);
const rule = {
  gateType,
  optOutAnnotation: 'example.com/opt-out',
  excludedNamespaces: ['kube-system'],
  gateJobPods: false,
};
const ended = { state: { terminated: { exitCode: 0 } } };

const disrupted = (status: string, reason: string) => {
  return { status: { conditions: [{ type: 'DisruptionTarget', status, reason }] } };
};

describe('what is kept of a pod', () => {
  test('is what anything may decide on', () => {
    expect(view()).toEqual(
      aPod({
        createdAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
        containersReadyAtMs: Date.UTC(2026, 0, 2, 3, 4, 15),
        namedPorts: { 'TCP/http': 8080, 'UDP/dns': 53, 'TCP/admin': 15_000 },
      }),
    );
  });

  test.each<[string, Parameters<typeof rawPod>[0], object]>([
    ['a pod that is ending', { metadata: { deletionTimestamp: '2026-01-02T03:05:00Z' } }, { ending: true }],
    ['a pod that the kubelet terminates', disrupted('True', 'TerminationByKubelet'), { ending: true }],
    ['a pod that the kubelet terminates no more', disrupted('False', 'TerminationByKubelet'), { ending: false }],
    ['a pod that another one preempts', disrupted('True', 'PreemptionByScheduler'), { ending: false }],
    ['a pod that may be evicted', disrupted('True', 'EvictionByEvictionAPI'), { ending: false }],
    ['a pod that a taint may delete', disrupted('True', 'DeletionByTaintManager'), { ending: false }],
    ['a pod that succeeded', { status: { phase: 'Succeeded' } }, { finished: true }],
    [
      'an evicted pod',
      { status: { phase: 'Failed', reason: 'Evicted', podIP: undefined } },
      { finished: true, ip: undefined },
    ],
    ['a pod in the host network', { spec: { hostNetwork: true } }, { network: 'host' }],
    ['a pod without labels', { metadata: { labels: undefined } }, { labels: {} }],
    [
      'a pod with a weight',
      { metadata: { annotations: { 'service.cloud.tencent.com/custom-weight': '0' } } },
      { customWeight: '0' },
    ],
    ['a pod without an IP yet', { status: { podIP: '' } }, { ip: undefined }],
    [
      'a dual-stack pod',
      { status: { podIPs: [{ ip: '10.0.0.1' }, { ip: '2001:db8::1' }] } },
      { ip: '10.0.0.1', moreIps: ['2001:db8::1'] },
    ],
    ['a pod on IPv6', { status: { podIP: '2001:db8::1' } }, { ip: '2001:db8::1' }],
    [
      'a new pod without conditions',
      { status: { conditions: undefined } },
      { containersReady: false, containersReadyAtMs: undefined, gate: 'unset' },
    ],
    [
      'a container that runs',
      { status: { containerStatuses: [ended, { state: { running: {} } }] } },
      { containersGone: false },
    ],
    ['containers that have all ended', { status: { containerStatuses: [ended, ended] } }, { containersGone: true }],
    ['no container statuses', { status: { containerStatuses: [] } }, { containersGone: false }],
    ['no word on container statuses', { status: { containerStatuses: undefined } }, { containersGone: false }],
    ['no gate', { spec: { readinessGates: undefined } }, { gate: 'absent' }],
    ["another controller's gate", { spec: { readinessGates: [{ conditionType: 'other/gate' }] } }, { gate: 'absent' }],
    ['an unwritten gate', { status: { conditions: [] } }, { gate: 'unset' }],
    [
      'a gate with a condition',
      { status: { conditions: [{ type: gateType, status: 'False', reason: 'R', message: 'M' }] } },
      { gate: { status: 'False', reason: 'R', message: 'M' } },
    ],
    [
      'a gate with an odd condition',
      { status: { conditions: [{ type: gateType, status: 'maybe' }] } },
      { gate: { status: 'Unknown', reason: '', message: '' } },
    ],
  ])('%s', (_, parts, expected) => {
    expect(view(parts)).toMatchObject(expected);
  });

  test.each([
    ['nothing', {}],
    ['no name', { metadata: { namespace: 'shop', uid: 'x' } }],
    ['no UID', { metadata: { namespace: 'shop', name: 'x' } }],
  ])('of an object with %s is nothing', (_, raw) => {
    expect(toPodView(raw, gateType)).toBeUndefined();
  });

  test('of an object with nothing but its identity is a pod of which nothing is known', () => {
    const metadata = { namespace: 'shop', name: 'web-1', uid: 'u', creationTimestamp: null };
    expect(toPodView({ metadata }, gateType)).toMatchObject({
      ip: undefined,
      containersReady: false,
      containersGone: false,
      createdAtMs: 0,
      gate: 'absent',
      namedPorts: {},
    });
  });
});

describe('another readiness gate of a pod', () => {
  const gates = [{ conditionType: 'other/gate' }, { conditionType: gateType }, { conditionType: 'third/gate' }];
  const isFalse = (conditions: object[], readinessGates: object[] | undefined = gates) =>
    view({ spec: { readinessGates }, status: { conditions } })?.otherGateFalse;

  test('holds it back when its condition is False', () => {
    expect(isFalse([{ type: 'other/gate', status: 'False' }])).toBe(true);
    expect(
      isFalse([
        { type: 'other/gate', status: 'True' },
        { type: 'third/gate', status: 'False' },
      ]),
    ).toBe(true);
  });

  test.each<[string, object[], object[] | undefined]>([
    ['it is True', [{ type: 'other/gate', status: 'True' }], gates],
    ['it is Unknown', [{ type: 'other/gate', status: 'Unknown' }], gates],
    ['nothing has written it', [], gates],
    ['it is our own', [{ type: gateType, status: 'False' }], gates],
    ['the condition is no gate of the pod', [{ type: 'Ready', status: 'False' }], gates],
    ['the pod has no gates', [{ type: 'other/gate', status: 'False' }], undefined],
  ])('does not when %s', (_, conditions, readinessGates) => {
    expect(view({ spec: { readinessGates }, status: { conditions } })?.otherGateFalse).toBe(false);
  });
});

describe('a pod without the gate', () => {
  const bare = { readinessGates: [] };
  const isUngated = (parts: Parameters<typeof rawPod>[0], eniDefault: 'eni' | 'not-eni' = 'eni') =>
    toPodView(rawPod(parts), gateType, gateExpectedBy(rule, { eniDefault, globalRoute: false }))?.ungated;
  const ofJob = { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', controller: true }] };
  const ofVolcanoJob = { ownerReferences: [{ ...ofJob.ownerReferences[0], apiVersion: 'batch.volcano.sh/v1alpha1' }] };
  const eniContainer = { name: 'web', resources: { limits: { 'tke.cloud.tencent.com/eni-ip': '1' } } };

  test('should have it where the webhook gives it', () => {
    expect(isUngated({ spec: bare })).toBe(true);
    expect(isUngated({ spec: { readinessGates: [{ conditionType: 'example.com/other' }] } })).toBe(true);
    expect(isUngated({ spec: { ...bare, containers: [eniContainer] } }, 'not-eni')).toBe(true);
    expect(isUngated({ spec: bare, metadata: ofVolcanoJob })).toBe(true);
  });

  test.each([
    ['has it', {}],
    ['opted out', { spec: bare, metadata: { annotations: { 'example.com/opt-out': 'off' } } }],
    ['belongs to a Job', { spec: bare, metadata: ofJob }],
    ['is in a namespace that is left alone', { spec: bare, metadata: { namespace: 'kube-system' } }],
    ['is in the host network', { spec: { ...bare, hostNetwork: true } }],
    ['is static', { spec: bare, metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }],
  ])('is as it should be when it %s', (_, parts) => {
    expect(isUngated(parts)).toBe(false);
  });

  test('is as it should be when it is no ENI pod, and where it is not asked for', () => {
    expect(isUngated({ spec: bare }, 'not-eni')).toBe(false);
    expect(toPodView(rawPod({ spec: bare }), gateType)?.ungated).toBe(false);
  });
});

describe('a deletion that is held', () => {
  const asked = { type: 'clb-direct.io/DrainRequested', status: 'True', lastTransitionTime: '2026-01-02T03:05:00Z' };
  const answered = (time: string) => ({
    type: 'clb-direct.io/Drained',
    status: 'True',
    reason: 'WeightZero',
    lastTransitionTime: time,
  });
  const held = (conditions: readonly object[], metadata: object = {}) =>
    toPodView(rawPod({ metadata, status: { conditions } }), gateType)?.heldDeletion;
  const sinceMs = Date.UTC(2026, 0, 2, 3, 5, 0);

  test('has the time of the request, and the answer to it', () => {
    expect(held([asked])).toMatchObject({ sinceMs, answer: undefined });
    expect(held([asked, answered('2026-01-02T03:05:00Z')])).toMatchObject({ sinceMs, answer: 'WeightZero' });
    expect(held([asked, answered('2026-01-02T03:04:59Z')])).toMatchObject({ sinceMs, answer: undefined });
  });

  test('has the version of the pod', () => {
    expect(held([asked], { resourceVersion: '7' })).toEqual({ sinceMs, answer: undefined, resourceVersion: '7' });
  });

  test.each<[string, readonly object[], object]>([
    ['nobody asked for', [], {}],
    ['was given up', [{ ...asked, status: 'False' }], {}],
    ['has begun', [asked], { deletionTimestamp: '2026-01-02T03:05:01Z' }],
  ])('is none if it %s', (_, conditions, metadata) => {
    expect(held(conditions, metadata)).toBeUndefined();
  });
});
