import { isIPv6 } from 'node:net';
import { aborted } from '@clb-direct/shared/runtime/aborted.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { startAdmissionServer, type AdmissionServer, type AdmissionServerOptions } from './admission-server.ts';
import type { ServingCertificates } from '../serving-certificates/serving-certificates.ts';
import { shakeHands } from '../serving-certificates/tls-handshake.ts';

/** The endpoint over its life: waiting for certificates, serving, draining. */
export interface ReviewService {
  /** Serves until the signal aborts, then for `drainMs`, and up to twice as long while API servers still call. */
  run(signal: AbortSignal): Promise<void>;
  /** The certificates have changed. */
  swap(): void;
  /** The port that it listens on; undefined before. */
  port(): number | undefined;
  /**
   * Why no review should come here; proves it by a handshake of a client that trusts only this bundle (PEM). Empty =
   * ready.
   */
  problems(trusted: string): Promise<readonly string[]>;
}

/** Less than probes of readiness wait: a replica that is slow because its node is busy still serves. */
const handshakeTimeoutMs = 4_000;
/** After this time without a call no API server is sent here any more. */
const quietMs = 2_000;
const lookMs = 100;

/** Puts the endpoint together; it listens as soon as there is a certificate to serve. */
export function createReviewService(o: {
  server: Omit<AdmissionServerOptions, 'pair'>;
  certificates: ServingCertificates;
  hostName: string;
  drainMs: number;
  log: Log;
}): ReviewService {
  const certified = Promise.withResolvers<undefined>();
  let server: AdmissionServer | undefined;

  function swap(): void {
    const material = o.certificates.current()?.material;
    if (material !== undefined) server?.swapPair(material);
    certified.resolve(undefined);
  }

  async function run(signal: AbortSignal): Promise<void> {
    const stopped = aborted(signal);
    await Promise.race([certified.promise, stopped]);
    const pair = o.certificates.current()?.material;
    if (signal.aborted || pair === undefined) return;
    server = await startAdmissionServer({ ...o.server, pair });
    o.log.info({ host: o.server.host, port: server.port }, 'serving admission reviews');
    await stopped;
    await drain(server, o.drainMs);
    await server.close();
  }

  // Ready until the port is closed: Kubernetes sends calls to a replica that stops only when no other is ready, and
  // then only if this one is.
  async function problems(bundle: string): Promise<readonly string[]> {
    if (server === undefined || bundle === '') return ['waiting for certificates in the Secret'];
    const waiting = o.server.endpoints.flatMap((endpoint) => endpoint.problems());
    if (waiting.length > 0) return waiting;
    const host = ownAddress(o.server.host);
    const { hostName } = o;
    const { problem } = await shakeHands({ host, port: server.port, bundle, hostName, timeoutMs: handshakeTimeoutMs });
    return problem === undefined ? [] : [problem];
  }

  return { run, swap, port: () => server?.port, problems };
}

/** Answers until API servers are sent elsewhere; that takes longer if nodes are busy or no other replica is ready. */
async function drain(server: AdmissionServer, drainMs: number): Promise<void> {
  const { signal } = new AbortController();
  const endMs = performance.now() + 2 * drainMs;
  server.startDraining();
  await sleep(drainMs, signal);
  while (server.quietMs() < quietMs && performance.now() < endMs) await sleep(lookMs, signal);
}

/** Where this process reaches an address that it listens on. */
export function ownAddress(host: string): string {
  if (!/^[0.:]+$/.test(host)) return host;
  return isIPv6(host) ? '::1' : '127.0.0.1';
}
