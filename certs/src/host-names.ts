/** The name that the API server checks when it calls a Service's webhook. */
export function webhookHostName(service: string, namespace: string): string {
  return `${service}.${namespace}.svc`;
}

/** Every name that the leaf carries; the shorter and longer ones are for people and probes. */
export function webhookHostNames(service: string, namespace: string, clusterDomain = 'cluster.local'): string[] {
  const host = webhookHostName(service, namespace);
  return [service, `${service}.${namespace}`, host, `${host}.${clusterDomain}`];
}
