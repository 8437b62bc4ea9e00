import type { ReplicaObservation } from '@clb-direct/certs/rotation/phase.ts';
import { shakeHands } from '../../serving-certificates/tls-handshake.ts';
import type { Replica } from './live-replicas.ts';

const timeoutMs = 2_000;

/**
 * Makes a TLS handshake with each live replica, trusting only this CA. A process that is no pod counts itself.
 */
export async function checkReplicas(o: {
  replicas: readonly Replica[];
  self: Replica;
  port: number;
  hostName: string;
  /** PEM. */
  ca: string;
}): Promise<readonly ReplicaObservation[]> {
  const isListed = o.replicas.some(({ pod }) => pod === o.self.pod);
  const all = isListed ? o.replicas : [...o.replicas, o.self];
  return Promise.all(
    all.map(async ({ pod, ip }) => {
      const { port, hostName, ca: bundle } = o;
      return { pod, ...(await shakeHands({ host: ip, port, hostName, bundle, timeoutMs })) };
    }),
  );
}
