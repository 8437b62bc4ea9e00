import { KubeConfig } from '@kubernetes/client-node';

/** Which cluster a command line means, as kubectl reads it. */
export interface ChosenContext {
  readonly kubeconfigPath?: string | undefined;
  readonly context?: string | undefined;
}

/** The namespace that kubectl would use without -n. */
export function namespaceOfContext({ kubeconfigPath, context }: ChosenContext): string {
  const config = new KubeConfig();
  if (kubeconfigPath === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfigPath);
  return config.getContextObject(context ?? config.getCurrentContext())?.namespace ?? 'default';
}
