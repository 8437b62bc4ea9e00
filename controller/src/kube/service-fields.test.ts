import { V1ServiceSpec } from '@kubernetes/client-node';
import { expect, test } from '@jest/globals';
import type { OwnerView } from '../core/model/owner-view.ts';
import { readService } from '../core/sources/service/read-service.ts';
import { toServiceFacts } from './service-facts.ts';

/** What is to come of a field of a Service: something that is done otherwise, or a finding with these words. */
type Effect = 'done otherwise' | { readonly told: string } | { readonly nothing: string };

type Fields = Readonly<Partial<Record<keyof V1ServiceSpec, unknown>>>;

interface Case {
  readonly spec: Fields;
  readonly effect: Effect;
}

const kubeProxy: Effect = { nothing: 'it is for clients inside the cluster, and kube-proxy does it' };
const family: Effect = { nothing: 'the family of the CLB decides which address of a pod is its target' };
const whole: Effect = 'done otherwise';

/** A field that the API gets has no row: the type check fails, and so does the test of the names. */
const cases: Readonly<Record<keyof V1ServiceSpec, Case>> = {
  allocateLoadBalancerNodePorts: {
    spec: { allocateLoadBalancerNodePorts: false },
    effect: { nothing: 'node ports are read from the ports, where targets are nodes' },
  },
  clusterIP: { spec: { clusterIP: '10.96.0.9' }, effect: kubeProxy },
  clusterIPs: { spec: { clusterIPs: ['10.96.0.9'] }, effect: kubeProxy },
  externalIPs: { spec: { externalIPs: ['192.0.2.9'] }, effect: kubeProxy },
  externalName: {
    spec: { type: 'ExternalName', externalName: 'example.com' },
    effect: { told: 'type is ExternalName' },
  },
  externalTrafficPolicy: { spec: { externalTrafficPolicy: 'Local' }, effect: whole },
  healthCheckNodePort: {
    spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000 },
    effect: { told: 'spec.healthCheckNodePort (32000) has no effect' },
  },
  internalTrafficPolicy: { spec: { internalTrafficPolicy: 'Local' }, effect: kubeProxy },
  ipFamilies: { spec: { ipFamilies: ['IPv6'] }, effect: family },
  ipFamilyPolicy: { spec: { ipFamilyPolicy: 'RequireDualStack' }, effect: family },
  loadBalancerClass: { spec: { loadBalancerClass: 'example.com/other' }, effect: whole },
  loadBalancerIP: { spec: { loadBalancerIP: '192.0.2.9' }, effect: { told: 'spec.loadBalancerIP (192.0.2.9)' } },
  loadBalancerSourceRanges: {
    spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
    effect: { told: 'spec.loadBalancerSourceRanges (192.0.2.0/24)' },
  },
  ports: { spec: { ports: [{ port: 81, nodePort: 30_081 }] }, effect: whole },
  publishNotReadyAddresses: { spec: { publishNotReadyAddresses: true }, effect: whole },
  selector: { spec: { selector: { app: 'other' } }, effect: whole },
  sessionAffinity: { spec: { sessionAffinity: 'ClientIP' }, effect: whole },
  sessionAffinityConfig: {
    spec: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 7_200 } } },
    effect: { told: '7200' },
  },
  trafficDistribution: { spec: { trafficDistribution: 'PreferClose' }, effect: kubeProxy },
  type: { spec: { type: 'ClusterIP' }, effect: { told: 'ClusterIP' } },
};

const plain = { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30_080 }] };

/** The Service as an API server keeps it, with pods as its targets and with nodes. */
function viewsOf(spec: Fields): readonly OwnerView[] {
  return ['true', 'false'].map((directAccess) => viewOf(spec, directAccess));
}

function viewOf(spec: Fields, directAccess: string): OwnerView {
  const annotations = {
    'clb-direct.io/managed': 'true',
    'service.kubernetes.io/tke-existed-lbid': 'lb-one',
    'service.cloud.tencent.com/direct-access': directAccess,
  };
  const written = Object.fromEntries(Object.keys(spec).map((name) => [`f:${name}`, {}]));
  const managedFields = [{ manager: 'kubectl', fieldsV1: { 'f:spec': written } }];
  const metadata = { namespace: 'shop', name: 'web', uid: 'uid-web', annotations, managedFields };
  const facts = toServiceFacts({ metadata, spec: { ...plain, ...spec } });
  if (facts === undefined) throw new Error('nothing is kept of the Service');
  return readService(facts);
}

const findingsOf = ({ findings, markFindings, notices }: OwnerView) =>
  [...findings, ...markFindings, ...notices].map(({ message }) => message);
const withoutNotices = (views: readonly OwnerView[]) => views.map((view) => ({ ...view, notices: [] }));

test('Every field of a Service has its row here.', () => {
  const names = V1ServiceSpec.getAttributeTypeMap().map(({ baseName }) => baseName);
  expect(Object.keys(cases).toSorted()).toEqual(names.toSorted());
});

test.each(Object.entries(cases))('spec.%s has its effect, or its author learns that it has none.', (_, one) => {
  const [before, after] = [viewsOf({}), viewsOf(one.spec)];
  if (one.effect === 'done otherwise') expect(withoutNotices(after)).not.toEqual(withoutNotices(before));
  else if ('nothing' in one.effect) expect(after).toEqual(before);
  else {
    const { told } = one.effect;
    for (const view of after) expect(findingsOf(view)).toContainEqual(expect.stringContaining(told));
  }
});
