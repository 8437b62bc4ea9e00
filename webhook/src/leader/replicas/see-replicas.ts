import type { ReplicaSight } from '@clb-direct/certs/rotation/phase.ts';
import { shakeHands } from '../../serving-certificates/tls-handshake.ts';
import type { Replica } from './live-replicas.ts';

const timeoutMs = 2_000;

/**
 * Shakes hands with every live replica, trusting only this CA. A process that is no pod counts itself: nobody else could see it.
 */
export async function seeReplicas(o: {
  replicas: readonly Replica[];
  self: Replica;
  port: number;
  hostName: string;
  /** PEM. */
  ca: string;
}): Promise<readonly ReplicaSight[]> {
  const isListed = o.replicas.some(({ pod }) => pod === o.self.pod);
  const all = isListed ? o.replicas : [...o.replicas, o.self];
  return Promise.all(
    all.map(async ({ pod, ip }) => {
      const { port, hostName, ca: bundle } = o;
      return { pod, ...(await shakeHands({ host: ip, port, hostName, bundle, timeoutMs })) };
    }),
  );
}
