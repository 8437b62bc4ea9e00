import { KubeConfig } from '@kubernetes/client-node';

/** The file that is named, else what kubectl would read. */
export function readKubeconfig(path: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  return config;
}
