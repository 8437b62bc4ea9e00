import type { KubeconfigChoice } from './credentials.ts';
import { readKubeconfig } from './kubeconfig.ts';

/** The namespace that kubectl would use without -n. */
export function namespaceOfContext({ kubeconfigPath, context }: KubeconfigChoice): string {
  const config = readKubeconfig(kubeconfigPath);
  return config.getContextObject(context ?? config.getCurrentContext())?.namespace ?? 'default';
}
