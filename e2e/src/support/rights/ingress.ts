import { programName } from '@clb-direct/shared/domain/names.ts';
import { callsSince, newestCall } from '../clb.ts';
import { apply, kubectl } from '../run.ts';
import { until } from '../until.ts';
import { untilUsed } from './used-rights.ts';

const redirecting = {
  'kubernetes.io/ingress.rule-mix': 'true',
  'kubernetes.io/ingress.http-rules': JSON.stringify([
    { host: 'site.example.com', path: '/old', rewrite: { port: 80, path: '/' } },
  ]),
};

/** The life of an Ingress of the class that the manifests install, with a CLB of its own: served, and deleted. */
export async function liveWithIngress(namespace: string, begin: number): Promise<void> {
  const since = await newestCall();
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const paths = [{ path: '/', pathType: 'Exact', backend }];
  await apply({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'site', namespace, annotations: redirecting },
    spec: { ingressClassName: 'clb-direct', rules: [{ host: 'site.example.com', http: { paths } }] },
  });
  await untilUsed(programName.controller, 'patch ingresses/status.networking.k8s.io', begin);
  const redirected = async () => (await callsSince(since)).some(({ action }) => action === 'ManualRewrite');
  await until('a redirect', redirected, (seen) => seen);
  await kubectl(['-n', namespace, 'delete', 'ingress', 'site']);
}
