import { annotation } from '@clb-direct/shared/domain/names.ts';
import { service } from '../manifests.ts';
import { apply, kubectl } from '../run.ts';
import { causing } from './causing.ts';

/** The life of a Service with a CLB of its own: made, changed and deleted. */
export async function liveWithOwnLoadBalancer(namespace: string): Promise<void> {
  const { passToTarget } = annotation;
  await causing('CreateLoadBalancer', async () => apply(service(namespace, { name: 'own', app: 'web' })));
  // Of a new CLB it is on.
  await causing('ModifyLoadBalancerAttributes', async () => {
    await kubectl(['-n', namespace, 'annotate', 'service', 'own', `${passToTarget}=false`]);
  });
  const admit = async (range: string) => {
    const patch = { spec: { loadBalancerSourceRanges: [range] } };
    await kubectl(['-n', namespace, 'patch', 'service', 'own', '--type=merge', '-p', JSON.stringify(patch)]);
  };
  await causing('SetLoadBalancerSecurityGroups', async () => admit('192.0.2.0/24'));
  await causing('ModifySecurityGroupPolicies', async () => admit('198.51.100.0/24'));
  await causing('DeleteLoadBalancer', async () => {
    await kubectl(['-n', namespace, 'delete', 'service', 'own']);
  });
}
