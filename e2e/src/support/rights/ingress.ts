import { programName } from '@clb-direct/shared/domain/names.ts';
import { apply, kubectl } from '../run.ts';
import { untilUsed } from './used-rights.ts';

/** The life of an Ingress of the class that the manifests install, with a CLB of its own: served, and deleted. */
export async function liveWithIngress(namespace: string, begin: number): Promise<void> {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const paths = [{ path: '/', pathType: 'Exact', backend }];
  await apply({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'site', namespace },
    spec: { ingressClassName: 'clb-direct', rules: [{ host: 'site.example.com', http: { paths } }] },
  });
  await untilUsed(programName.controller, 'patch ingresses/status.networking.k8s.io', begin);
  await kubectl(['-n', namespace, 'delete', 'ingress', 'site']);
}
