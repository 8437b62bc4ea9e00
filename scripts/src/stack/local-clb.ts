/** The CLB that stands beside a local cluster, as manifests/local and manifests/examples name it. */
export const localClb = {
  loadBalancerId: 'lb-local001',
  vip: '198.51.100.10',
  vpcId: 'vpc-local001',
  region: 'ap-guangzhou',
  /** Of the account: everything is allowed. */
  credentials: 'local-id:local-key',
  /** Of the controller, in manifests/local: what manifests/cam-policy.json allows. */
  controllerCredentials: 'controller-id:controller-key',
  host: '10.0.0.2',
  apiPort: 8080,
  adminPort: 8081,
  /** Health checks come from the range that the cloud uses. */
  probeSource: '100.64.0.1',
} as const;

export const secretIdOf = (credentials: string) => credentials.split(':')[0] ?? '';

export const adminUrl = `http://${localClb.host}:${localClb.adminPort}`;
