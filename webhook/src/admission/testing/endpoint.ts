import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { tlsPairs } from '@clb-direct/shared/testing/tls-pairs.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { Registry } from 'prom-client';
import { createAdmissionMetrics } from '../admission-metrics.ts';
import type { AdmissionEndpoint } from '../endpoint-routes.ts';
import { startAdmissionServer, type AdmissionServer, type AdmissionServerOptions } from '../admission-server.ts';
import { createPodGateEndpoint, podGatePath, type PodGateOptions } from '../pod-gate/pod-gate-endpoint.ts';

/** The gate of the endpoint under test. */
export const gateType = 'x/gate';

/** An endpoint under test, which serves the first of the known pairs on 127.0.0.1. */
export interface TestEndpoint extends AdmissionServer {
  readonly registry: Registry;
}

export async function startEndpoint(
  changed: Partial<Omit<AdmissionServerOptions, 'endpoints'>> & Partial<PodGateOptions> = {},
  others: readonly AdmissionEndpoint[] = [],
): Promise<TestEndpoint> {
  const registry = new Registry();
  const metrics = createAdmissionMetrics(registry);
  const common = { pair: servedPair('first'), metrics, log, ...changed };
  const endpoints = [podGateWith({ metrics, ...changed }), ...others];
  const server = await startAdmissionServer({ host: '127.0.0.1', port: 0, endpoints, ...common });
  return { ...server, registry };
}

const log = createLogger({ program: 'test', level: 'silent' });

/** The endpoint under test; it counts into metrics that nothing reads, unless it gets some. */
export function podGateWith(changed: Partial<PodGateOptions> = {}): AdmissionEndpoint {
  return createPodGateEndpoint({
    rule: { gateType, optOutAnnotation: 'x/off', excludedNamespaces: [], gateJobPods: false },
    network: () => ({ eniDefault: 'eni', globalRoute: false }),
    metrics: createAdmissionMetrics(new Registry()),
    log,
    ...changed,
  });
}

/** One of the two known pairs, as the endpoint takes it. */
export function servedPair(name: keyof typeof tlsPairs): { chain: string; leafKey: string } {
  return { chain: tlsPairs[name].cert, leafKey: tlsPairs[name].key };
}

/** A review of a pod's creation, as the API server writes it. */
export function reviewOf(object: unknown = { spec: {} }, changed: Record<string, unknown> = {}): string {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const request = { uid: 'u-1', kind, resource, operation: 'CREATE', namespace: 'default', object, ...changed };
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
}

/** What came back for one request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** It came over a connection that had carried another before. */
  readonly isReused: boolean;
}

/** Sends a request as the API server does, over a connection of the agent. */
export async function send(port: number, body: string | Uint8Array, options: RequestOptions): Promise<Answer> {
  const where = { host: '127.0.0.1', port, path: `${podGatePath}?timeout=5s`, method: 'POST' };
  const headers = { 'content-type': 'application/json' };
  const outgoing = request({ ...where, ca: tlsPairs.first.cert, headers, ...options });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { statusCode: status = 0, headers: received } = response;
  return { status, headers: received, body: await text(response), isReused: outgoing.reusedSocket };
}

/** The bytes of a whole POST. */
export function postOf(body: string, headers: Record<string, string> = {}, path = podGatePath): string {
  const length = String(Buffer.byteLength(body));
  const all = { host: 'hook', 'content-type': 'application/json', 'content-length': length, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path}?timeout=5s HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** A TLS connection below HTTP. */
export interface RawClient {
  readonly socket: TLSSocket;
  /** Everything that has come so far. */
  received(): string;
  isOpen(): boolean;
}

export async function openRaw(port: number): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port, ca: tlsPairs.first.cert });
  const chunks: Buffer[] = [];
  let isOpen = true;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('close', () => (isOpen = false));
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve));
  return { socket, received: () => Buffer.concat(chunks).toString(), isOpen: () => isOpen };
}

/**
 * Sends the bytes, and ends its side after so many answers; gives back everything that came until the connection ended.
 * The server ends a connection as soon as its client does, so answers that count are waited for.
 */
export async function talk(port: number, bytes: string | Uint8Array, answers = 0): Promise<string> {
  const client = await openRaw(port);
  client.socket.write(bytes);
  await until(() => !client.isOpen() || statusesIn(client.received()).length >= answers);
  client.socket.end();
  await until(() => !client.isOpen());
  return client.received();
}

/** The status codes in what came over one connection. */
export function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
}
