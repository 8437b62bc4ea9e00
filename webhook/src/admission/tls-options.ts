import type { ServerOptions } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { EndpointLimits } from './limits/endpoint-limits.ts';

/** The pair that is served, PEM. */
export interface ServedPair {
  readonly chain: string;
  readonly leafKey: string;
}

/** The options of the HTTPS server. */
export function httpsOptionsOf(pair: ServedPair, limits: EndpointLimits): ServerOptions {
  return {
    ...secureContextOf(pair),
    handshakeTimeout: limits.handshakeMs,
    headersTimeout: limits.silenceMs,
    requestTimeout: limits.silenceMs,
    connectionsCheckingInterval: limits.lookEveryMs,
  };
}

// setSecureContext forgets every option that it is not given again, so this is the only place that names them.
export function secureContextOf(pair: ServedPair): SecureContextOptions {
  return { cert: pair.chain, key: pair.leafKey, minVersion: 'TLSv1.3' };
}
