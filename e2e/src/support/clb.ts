import { adminUrl, localClb, secretIdOf } from '@clb-direct/scripts/stack/local-clb.ts';

export { localClb, secretIdOf };

export interface ClbTarget {
  readonly ip: string;
  readonly port: number;
  readonly weight: number;
  readonly health: 'Unknown' | 'Alive' | 'Dead' | 'Close';
  readonly tag?: string;
}

export interface ClbListener {
  readonly id: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly targets: readonly ClbTarget[];
}

export interface ClbState {
  readonly loadBalancers: readonly {
    readonly id: string;
    readonly name: string;
    readonly vips: readonly string[];
    readonly listeners: readonly ClbListener[];
  }[];
}

export interface ApiCall {
  readonly seq: number;
  readonly atMs: number;
  readonly endMs: number;
  readonly action: string;
  readonly write: boolean;
  readonly loadBalancerId: string | null;
  readonly code: string | null;
  readonly request: unknown;
}

export interface HealthChange {
  readonly seq: number;
  readonly atMs: number;
  readonly listenerId: string;
  readonly ip: string;
  readonly port: number;
  readonly from: string;
  readonly to: string;
}

/** A request to the emulated CLB's admin port. */
async function admin<T>(method: string, path: string, body?: unknown): Promise<T> {
  const sent =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${adminUrl}${path}`, { method, ...sent, signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

const clbState = async () => admin<ClbState>('GET', '/state');

export async function listenersOf(id: string): Promise<readonly ClbListener[]> {
  return (await clbState()).loadBalancers.find((loadBalancer) => loadBalancer.id === id)?.listeners ?? [];
}

/** The CLB with this address. */
export async function loadBalancerAt(vip: string): Promise<ClbState['loadBalancers'][number] | undefined> {
  return (await clbState()).loadBalancers.find(({ vips }) => vips.includes(vip));
}

export async function addLoadBalancer(id: string, vip: string): Promise<void> {
  await admin('PUT', `/load-balancers/${id}`, { name: id, vip, vpcId: localClb.vpcId, region: localClb.region });
}

/** A security group that lets these clients in, and nobody else. */
export async function putSecurityGroup(id: string, ...clients: readonly string[]): Promise<void> {
  const ingress = clients.map((cidrBlock) => ({ action: 'ACCEPT', cidrBlock }));
  await admin('PUT', `/security-groups/${id}`, { ingress });
}

export async function callsSince(seq: number): Promise<readonly ApiCall[]> {
  return (await admin<{ calls: ApiCall[] }>('GET', `/calls?since=${seq}`)).calls;
}

/** The number of the newest call, to ask later what came after. */
export async function newestCall(): Promise<number> {
  return (await callsSince(0)).at(-1)?.seq ?? 0;
}

export async function healthChangesSince(seq: number): Promise<readonly HealthChange[]> {
  return (await admin<{ changes: HealthChange[] }>('GET', `/health-changes?since=${seq}`)).changes;
}

/** Breaks something in the cloud while the work goes on, and repairs it in any case. */
export async function withFault<T>(
  name: string,
  fault: Readonly<Record<string, unknown>>,
  work: () => Promise<T>,
): Promise<T> {
  await admin('PUT', `/faults/${name}`, fault);
  try {
    return await work();
  } finally {
    await admin('DELETE', `/faults/${name}`);
  }
}

export async function forgetCredentials(secretId: string): Promise<void> {
  await admin('DELETE', `/credentials/${secretId}`);
}

/** What a secret id may do from now on. */
export async function putPolicy(secretId: string, policy: object): Promise<void> {
  await admin('PUT', `/policies/${secretId}`, policy);
}

export async function addCredentials(secretId: string, secretKey: string): Promise<void> {
  await admin('PUT', `/credentials/${secretId}`, { secretKey });
}
