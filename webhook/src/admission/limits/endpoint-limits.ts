import type { BodyLimits } from './body-limit.ts';
import type { ConnectionLimits } from './connection-limit.ts';

/**
 * What the server spends on all clients together. `silenceMs` is also the time for one request to arrive, and
 * `lookEveryMs` how often late requests are looked for.
 */
export interface EndpointLimits extends BodyLimits, ConnectionLimits {
  readonly handshakeMs: number;
}

export const defaultLimits: EndpointLimits = {
  // An API server keeps 25 idle connections to a webhook and opens more in a burst; each costs some 50 kB here.
  connections: 1_024,
  handshakeMs: 10_000,
  // The API server keeps idle connections for 90 s, does not repeat a POST that met a closing one, waits 30 s at most
  // for its answer, and may dial a connection that it first uses much later. To Node such a one is a request whose
  // headers are late.
  silenceMs: 120_000,
  lookEveryMs: 5_000,
  // A pod of 1.5 MiB, which is what etcd takes, and its envelope: of a text that is all "<" an API server writes six
  // letters for each. A larger body would be refused, and so would be the deletion of that pod.
  bodyBytes: 10 * 1024 * 1024,
  bytesInFlight: 32 * 1024 * 1024,
};
