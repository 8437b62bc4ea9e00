import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { isNotFound, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';

/** What the test command says about its cluster; these tests run inside the cluster's network. */
export function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run these tests with ./scripts/test --only e2e`);
  return value;
}

export const kubectlPath = () => fromEnvironment('CLB_DIRECT_KUBECTL');
export const kubeconfigPath = () => fromEnvironment('CLB_DIRECT_KUBECONFIG');

export async function connect(): Promise<KubeApi> {
  const log = createLogger({ program: 'e2e', level: 'error' });
  return connectKube({ kubeconfigPath: kubeconfigPath(), userAgent: 'clb-direct-e2e', log });
}

export async function get<T>(api: KubeApi, path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
  return api.call<T>({ method: 'GET', path, query, signal: AbortSignal.timeout(30_000) });
}

/** undefined when there is no such object. */
export async function find<T>(api: KubeApi, path: string): Promise<T | undefined> {
  try {
    return await get<T>(api, path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
