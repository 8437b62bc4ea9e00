import type { HttpProbe } from '../core/model/http-probe.ts';

/** As the API server has it. */
interface Spec {
  readonly containers?: readonly { readonly readinessProbe?: Probe }[];
}

interface Probe {
  readonly httpGet?: {
    readonly port?: unknown;
    readonly path?: string;
    readonly scheme?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
}

/** The readiness probes over plain HTTP of a pod's containers. */
export function httpProbesOf(
  spec: Spec | undefined,
  namedPorts: Readonly<Record<string, number>>,
): readonly HttpProbe[] {
  return (spec?.containers ?? []).flatMap(({ readinessProbe }) => {
    const httpGet = readinessProbe?.httpGet;
    if (httpGet === undefined || (httpGet.scheme ?? 'HTTP') !== 'HTTP') return [];
    const port = portOf(httpGet.port, namedPorts);
    const host = httpGet.httpHeaders?.find(({ name }) => name.toLowerCase() === 'host')?.value;
    const asked = { path: httpGet.path ?? '/', ...(host === undefined ? {} : { host }) };
    return port === undefined ? [] : [{ port, ...asked }];
  });
}

/** Kubernetes takes a number for what it is, and a text for the name of a container's port. */
function portOf(port: unknown, namedPorts: Readonly<Record<string, number>>): number | undefined {
  if (typeof port === 'number') return port;
  return typeof port === 'string' ? namedPorts[`TCP/${port}`] : undefined;
}
