/** The Services that scenarios send to. Each of the first three has pods of its own, which say their names. */
export const workloads = ['leaf', 'tree', 'rest'] as const;
export type Workload = (typeof workloads)[number];

/** How many pods each has. */
export const replicas: Readonly<Record<Workload, number>> = { leaf: 1, tree: 1, rest: 3 };

export interface ScenarioRequest {
  readonly host: string;
  /** With its query, as it is sent. */
  readonly path: string;
  readonly method?: string;
  /** By HTTPS, where the certificate must be for the host. */
  readonly isSecure?: boolean;
  /** Asked often, each pod of the workload answers. */
  readonly reachesAll?: boolean;
  /** The pods that answer with 200, or the status of the CLB's own answer. */
  readonly expects: Workload | 404 | 503;
}

/** One promise of Kubernetes' documentation of Ingress, and how it is asked. */
export interface Scenario extends Asked {
  /** A sentence. */
  readonly name: string;
  readonly balancer: Balancer;
  /** What becomes of it when its Ingresses are changed. */
  readonly change?: Asked;
}

interface Asked {
  /** The oldest first. */
  readonly ingresses: readonly IngressSpec[];
  readonly requests: readonly ScenarioRequest[];
}

/** CLBs: two for what is about paths, and one each for what takes all hosts. */
export const balancers = ['paths', 'examples', 'hosts', 'no-host', 'default-backend', 'single'] as const;
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
export interface IngressSpec {
  /** Ours unless it is named. */
  readonly ingressClassName?: string;
  readonly defaultBackend?: BackendSpec;
  readonly tls?: readonly { readonly hosts: readonly string[]; readonly secretName: string }[];
  readonly rules?: readonly RuleSpec[];
}

interface RuleSpec {
  readonly host?: string;
  readonly http?: { readonly paths: readonly PathSpec[] };
}

export interface PathSpec {
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

/** The same by HTTPS. */
export function securely(requests: readonly ScenarioRequest[]): readonly ScenarioRequest[] {
  return requests.map((request) => ({ ...request, isSecure: true }));
}
