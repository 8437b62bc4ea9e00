import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { v20180317 } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/index.js';
import { startEmulator, type RunningEmulator } from '../emulator.ts';
import type { EmulatorOptions } from '../options/options.ts';

/** A client of the official SDK. */
export type SdkClient = InstanceType<typeof v20180317.Client>;

const testLoadBalancer = { id: 'lb-local001', name: 'local', vip: '198.51.100.10', vpcId: 'vpc-local001' };

interface ClientOptions {
  secretId?: string;
  secretKey?: string;
  token?: string;
  region?: string;
  language?: 'zh-CN' | 'en-US';
}

/** An SDK client for an emulator on this machine. */
export function connectSdk(apiPort: number, options: ClientOptions = {}): SdkClient {
  const { secretId = 'local-id', secretKey = 'local-key', region = 'ap-guangzhou', language = 'en-US' } = options;
  return new v20180317.Client({
    credential: { secretId, secretKey, ...(options.token === undefined ? {} : { token: options.token }) },
    region,
    profile: { language, httpProfile: { endpoint: `127.0.0.1:${apiPort}`, protocol: 'http://', reqTimeout: 10 } },
  });
}

interface AdminAnswer<T> {
  status: number;
  body: T;
}

export interface TestEmulator extends RunningEmulator {
  sdk: SdkClient;
  /** Calls the admin API; the body of the answer is what the caller expects it to be. */
  admin: <T = unknown>(method: string, path: string, body?: unknown) => Promise<AdminAnswer<T>>;
}

/** An emulator with quick tasks, one load balancer and the credentials of the examples. */
export async function startTestEmulator(options: EmulatorOptions = {}): Promise<TestEmulator> {
  const quick = { p50Ms: 15, p99Ms: 30 };
  const running = await startEmulator({
    credentials: { 'local-id': { secretKey: 'local-key' } },
    loadBalancers: [testLoadBalancer],
    latencies: { task: quick, batch: quick, create: quick },
    probeSpeed: 100,
    ratePerSecond: 1000,
    ...options,
  });
  async function admin<T>(method: string, path: string, body?: unknown): Promise<AdminAnswer<T>> {
    const response = await fetch(`http://127.0.0.1:${running.adminPort}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }
  return { ...running, sdk: connectSdk(running.apiPort), admin };
}

/** Asks until the answer is there; the limit is for a machine that is very busy. */
export async function eventually<T>(ask: () => Promise<T | undefined | false>, limitMs = 10_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${ask.toString()}`);
    await sleep(5);
  }
}

/** Waits for a task as clients of the cloud do, and answers how it ended. */
export function waitForTask(sdk: SdkClient, taskId: string | undefined) {
  return eventually(async () => {
    const task = await sdk.DescribeTaskStatus({ TaskId: taskId ?? '' });
    return task.Status === 2 ? undefined : task;
  });
}

/** Makes TCP listeners and waits until they are there. */
export async function makeListeners(sdk: SdkClient, request: { ports: number[]; healthCheck?: object }) {
  const made = await sdk.CreateListener({
    LoadBalancerId: testLoadBalancer.id,
    Ports: request.ports,
    Protocol: 'TCP',
    ...(request.healthCheck ? { HealthCheck: request.healthCheck } : {}),
  });
  await waitForTask(sdk, made.RequestId);
  return made.ListenerIds ?? [];
}

/** The code and message with which the API refuses. */
export async function refusalOf(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
  throw new Error('the API did not refuse');
}

/** An HTTP server on this machine that answers every request with this status. */
export async function startBackend(status = 200): Promise<{ port: number; server: Server; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.headers.host ?? ''}${request.url ?? ''}`);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server, seen };
}
