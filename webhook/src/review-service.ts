import { isIPv6 } from 'node:net';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { startPodGateServer, type PodGateServer, type PodGateServerOptions } from './admission/pod-gate-server.ts';
import type { ServingCertificates } from './serving-certificates.ts';
import { shakeHands } from './tls-handshake.ts';

/** The endpoint over its life: waiting for certificates, serving, draining. */
export interface ReviewService {
  /** Serves until the signal aborts, then drains for `drainMs`. */
  run(signal: AbortSignal): Promise<void>;
  /** The certificates have changed. */
  swap(): void;
  /** The port that it listens on; undefined before. */
  port(): number | undefined;
  /** Why no review should come here; proves it by a handshake of a client that trusts only this bundle (PEM). Empty = ready. */
  problems(trusted: string): Promise<readonly string[]>;
}

const handshakeTimeoutMs = 1_500;

/** Puts the endpoint together; it listens as soon as there is a certificate to serve. */
export function createReviewService(o: {
  endpoint: Omit<PodGateServerOptions, 'pair'>;
  certificates: ServingCertificates;
  hostName: string;
  drainMs: number;
  log: Log;
}): ReviewService {
  const certified = Promise.withResolvers<undefined>();
  let server: PodGateServer | undefined;
  let isDraining = false;

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
    server = await startPodGateServer({ ...o.endpoint, pair });
    o.log.info({ host: o.endpoint.host, port: server.port }, 'serving admission reviews');
    await stopped;
    isDraining = true;
    server.startDraining();
    await sleep(o.drainMs, new AbortController().signal);
    await server.close();
  }

  async function problems(bundle: string): Promise<readonly string[]> {
    if (isDraining) return ['stopping: connections are handed over to other replicas'];
    if (server === undefined || bundle === '') return ['waiting for certificates in the Secret'];
    if (o.endpoint.eniDefault() === undefined) return ['waiting for the ENI default of the cluster'];
    const host = ownAddress(o.endpoint.host);
    const { hostName } = o;
    const { problem } = await shakeHands({ host, port: server.port, bundle, hostName, timeoutMs: handshakeTimeoutMs });
    return problem === undefined ? [] : [problem];
  }

  return { run, swap, port: () => server?.port, problems };
}

/** Where this process reaches an address that it listens on. */
export function ownAddress(host: string): string {
  if (!/^[0.:]+$/.test(host)) return host;
  return isIPv6(host) ? '::1' : '127.0.0.1';
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
