import type { AddressInfo } from 'node:net';
import { createAdmissionApp, type AdmissionApp, type AdmissionAppOptions } from './admission-app.ts';
import { defaultLimits, type EndpointLimits } from './limits/endpoint-limits.ts';
import { secureContextOf, type ServedPair } from './tls-options.ts';

/** The HTTPS server that the API server calls. */
export interface AdmissionServer {
  readonly port: number;
  /** New connections get the new pair, open ones live on. */
  swapPair(pair: ServedPair): void;
  /** From now on each answer asks the API server to open a new connection, to another replica. */
  startDraining(): void;
  /** How long ago the last request was answered, in milliseconds; Infinity = none ever was. */
  quietMs(): number;
  close(): Promise<void>;
}

export interface AdmissionServerOptions extends Omit<AdmissionAppOptions, 'limits'> {
  readonly host: string;
  readonly port: number;
  /**
   * A TLS handshake failed; a code like ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE says that the client refused our
   * certificate.
   */
  onRefusedHandshake?(code: string): void;
  readonly limits?: Partial<EndpointLimits>;
}

/**
 * Listens. The host is an explicit address: for `localhost` Fastify would make a second server that no swap reaches.
 */
export async function startAdmissionServer(o: AdmissionServerOptions): Promise<AdmissionServer> {
  const app = createAdmissionApp({ ...o, limits: { ...defaultLimits, ...o.limits } });
  const { fastify, traffic } = app;
  const { server } = fastify;
  server.on('tlsClientError', (error: NodeJS.ErrnoException) => o.onRefusedHandshake?.(error.code ?? 'unknown'));
  await fastify.listen({ host: o.host, port: o.port });
  return {
    port: (server.address() as AddressInfo).port,
    swapPair: (pair) => server.setSecureContext(secureContextOf(pair)),
    startDraining: () => (traffic.isDraining = true),
    quietMs: () => performance.now() - traffic.lastAnswerMs,
    close: () => close(app),
  };
}

// Answers take no time, so what is open after the grace is a request that still arrives; Node would wait for it
// forever.
const closeGraceMs = 1_000;

async function close({ fastify, traffic, connections }: AdmissionApp): Promise<void> {
  traffic.isDraining = true;
  const timer = setTimeout(() => connections.closeAll(), closeGraceMs);
  await fastify.close();
  clearTimeout(timer);
}
