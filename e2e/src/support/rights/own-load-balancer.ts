import { annotation } from '@clb-direct/shared/domain/names.ts';
import { service } from '../manifests.ts';
import { apply, kubectl } from '../run.ts';
import { causing } from './causing.ts';

/** The life of a Service with a CLB of its own: made, changed and deleted. */
export async function liveWithOwnLoadBalancer(namespace: string): Promise<void> {
  const { passToTarget, securityGroups } = annotation;
  await causing('CreateLoadBalancer', async () => apply(service(namespace, { name: 'own', app: 'web' })));
  // Of a new CLB it is on.
  await causing('ModifyLoadBalancerAttributes', async () => {
    await kubectl(['-n', namespace, 'annotate', 'service', 'own', `${passToTarget}=false`]);
  });
  await causing('SetLoadBalancerSecurityGroups', async () => {
    await kubectl(['-n', namespace, 'annotate', 'service', 'own', `${securityGroups}=sg-rights`]);
  });
  await causing('DeleteLoadBalancer', async () => {
    await kubectl(['-n', namespace, 'delete', 'service', 'own']);
  });
}
