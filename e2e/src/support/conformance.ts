import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import {
  workloads,
  type Balancer,
  type Scenario,
  type ScenarioRequest,
} from '@clb-direct/scripts/conformance/scenario.ts';
import { services } from '@clb-direct/scripts/conformance/services.ts';
import { deployment, namespaceOf } from './manifests.ts';
import { asClient } from './run.ts';

export type BalancerIds = Readonly<Record<Balancer, { readonly loadBalancerId: string; readonly vip: string }>>;

const list = (items: readonly unknown[]) => ({ apiVersion: 'v1', kind: 'List', items });

/** What the scenarios send to. */
export function backends(namespace: string) {
  const pods = workloads.map((app) => deployment(namespace, 1, { app }));
  const all = services.map(({ name, spec }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec,
  }));
  return list([namespaceOf(namespace), ...pods, ...all]);
}

/** The Ingresses that are the first of their scenarios, or those that come later. */
export function ingresses(namespace: string, all: readonly Scenario[], ids: BalancerIds, which: 'first' | 'later') {
  const items = all.flatMap(({ ingresses: specs, balancer }, index) =>
    specs.flatMap((spec, at) => {
      if ((at === 0) !== (which === 'first')) return [];
      const annotations = { [ingressAnnotation.existingLoadBalancer]: ids[balancer].loadBalancerId };
      const metadata = { name: `s${index + 1}-${at}`, namespace, annotations };
      const kind = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };
      return [{ ...kind, metadata, spec: { ...spec, ingressClassName: 'clb-direct' } }];
    }),
  );
  return list(items);
}

/** Asks all of them by one client: the workload that answered each, or the status. None while nobody listens. */
export async function answersOf(vip: string, requests: readonly ScenarioRequest[]) {
  const each = requests.map(({ host, path, method = 'GET' }) => [
    ...['-sS', '--max-time', '5', '--path-as-is', '-X', method, '-H', `Host: ${host}`, '-H', 'Connection: close'],
    ...['-w', '\\n@%{http_code}\\n', `http://${vip}${path}`],
  ]);
  const args = each.flatMap((one, index) => (index === 0 ? one : ['--next', ...one]));
  const text = await asClient(['curl', ...args]).catch(() => '');
  const parts = text.split(/\n@(\d{3})\n/);
  return requests.flatMap((_, index) => {
    const [body = '', status] = parts.slice(index * 2, index * 2 + 2);
    return status === undefined ? [] : [answerIn(body, Number(status))];
  });
}

function answerIn(body: string, status: number): string | number {
  if (status !== 200) return status;
  const { pod } = JSON.parse(body) as { readonly pod?: string };
  return pod?.split('-')[0] ?? 'nobody';
}
