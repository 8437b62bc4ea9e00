/** The Services that scenarios send to. Each of the first three has pods of its own, which say their names. */
export const workloads = ['leaf', 'tree', 'rest'] as const;
export type Workload = (typeof workloads)[number];

export interface ScenarioRequest {
  readonly host: string;
  /** With its query, as it is sent. */
  readonly path: string;
  readonly method?: string;
  /** The pods that answer with 200, or the status of the CLB's own answer. */
  readonly expects: Workload | 404 | 503;
}

/** One promise of Kubernetes' documentation of Ingress, and how it is asked. */
export interface Scenario {
  /** A sentence. */
  readonly name: string;
  readonly balancer: Balancer;
  /** The oldest first. */
  readonly ingresses: readonly IngressSpec[];
  readonly requests: readonly ScenarioRequest[];
}

/** CLBs: one for what is about paths, and one each for what takes all hosts. */
export const balancers = ['paths', 'hosts', 'no-host', 'default-backend'] as const;
export type Balancer = (typeof balancers)[number];

export interface Exception {
  /** A sentence: what Kubernetes promises. */
  readonly name: string;
  /** A sentence: why a CLB cannot, and what happens instead. */
  readonly why: string;
}

type About = Omit<Scenario, 'name' | 'balancer'> & { readonly balancer?: Balancer };

/** `about` gets a host that no other scenario has. */
export function scenario(name: string, about: (host: string) => About): (index: number) => Scenario {
  return (index) => ({ name, balancer: 'hosts', ...about(`s${index}.example.com`) });
}

/** As the API of Ingress v1 has it. */
interface IngressSpec {
  readonly defaultBackend?: BackendSpec;
  readonly rules: readonly RuleSpec[];
}

interface RuleSpec {
  readonly host?: string;
  readonly http?: { readonly paths: readonly PathSpec[] };
}

interface PathSpec {
  readonly path: string;
  readonly pathType: string;
  readonly backend: BackendSpec;
}

type BackendSpec =
  | {
      readonly service: {
        readonly name: string;
        readonly port: { readonly number: number } | { readonly name: string };
      };
    }
  | { readonly resource: { readonly apiGroup: string; readonly kind: string; readonly name: string } };

export function backend(name: string, port: number | string = 80): BackendSpec {
  return { service: { name, port: typeof port === 'number' ? { number: port } : { name: port } } };
}

const ofType =
  (pathType: string) =>
  (path: string, to: string | BackendSpec = 'leaf'): PathSpec => ({
    path,
    pathType,
    backend: typeof to === 'string' ? backend(to) : to,
  });

export const exact = ofType('Exact');
export const prefix = ofType('Prefix');
export const loose = ofType('ImplementationSpecific');

export function rule(host: string, ...paths: readonly PathSpec[]): RuleSpec {
  const named = host === '' ? {} : { host };
  return paths.length === 0 ? named : { ...named, http: { paths } };
}

/** Requests of one host, by path. */
export function asks(host: string, expected: Readonly<Record<string, ScenarioRequest['expects']>>) {
  return Object.entries(expected).map(([path, expects]): ScenarioRequest => ({ host, path, expects }));
}
