/** Any client that reaches the port can refuse our certificate, so it triggers no more often than this. */
const quietMs = 5_000;

/**
 * Counts failed handshakes, and triggers when a client refused our certificate: an API server may trust the wrong
 * bundle.
 */
export function watchRefusedHandshakes(o: {
  metrics: { handshakeFailed(code: string): void };
  trigger(): void;
  monotonicMs(): number;
}): (code: string) => void {
  let triggeredAtMs = -Infinity;
  return (code) => {
    o.metrics.handshakeFailed(code);
    if (!isRefusedCertificate(code) || o.monotonicMs() - triggeredAtMs < quietMs) return;
    triggeredAtMs = o.monotonicMs();
    o.trigger();
  };
}

function isRefusedCertificate(code: string): boolean {
  return /ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_)/.test(code);
}
