import type { ReplicaObservation } from '@clb-direct/certs/rotation/phase.ts';
import { connect, type TLSSocket } from 'node:tls';

const goodbyeMs = 500;

/** What a handshake showed. */
export type HandshakeResult = Omit<ReplicaObservation, 'pod'>;

/** Calls a port as the API server would, trusting only this bundle. */
export async function shakeHands(o: {
  host: string;
  port: number;
  /** PEM. */
  bundle: string;
  hostName: string;
  timeoutMs: number;
}): Promise<HandshakeResult> {
  const { promise, resolve } = Promise.withResolvers<HandshakeResult>();
  const fail = (problem: string) => resolve({ verifies: false, problem });
  const where = `${o.host} port ${o.port}`;
  // Not refused, but judged: so the leaf of a replica that is not trusted is seen too.
  const socket = connect({
    host: o.host,
    port: o.port,
    ca: o.bundle,
    // As Go does, in which API servers are written: every certificate in the bundle ends a chain, an intermediate CA
    // too.
    allowPartialTrustChain: true,
    servername: o.hostName,
    rejectUnauthorized: false,
  });
  socket.setTimeout(o.timeoutMs, () => fail(`no TLS handshake with ${where} within ${o.timeoutMs} ms`));
  socket.once('secureConnect', () => resolve(judge(socket, where)));
  socket.once('error', (error: Error) => fail(`TLS handshake with ${where}: ${error.message}`));
  const deadline = setTimeout(() => fail(`no TLS handshake with ${where} within ${o.timeoutMs} ms`), o.timeoutMs);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    hangUp(socket);
  }
}

/** Politely, or the other side would count a handshake that broke off: with TLS 1.3 ours is done before its own. */
function hangUp(socket: TLSSocket): void {
  socket.on('error', () => undefined).end();
  socket.setTimeout(goodbyeMs, () => socket.destroy());
}

function judge(socket: TLSSocket, where: string): HandshakeResult {
  const { serialNumber, valid_to: validTo } = socket.getPeerCertificate();
  const leaf = { serial: serialNumber, notAfterMs: Date.parse(validTo) };
  if (socket.authorized) return { verifies: true, ...leaf };
  return { verifies: false, ...leaf, problem: `the certificate of ${where} is not trusted: ${reasonOf(socket)}` };
}

// An Error when the name is wrong, a code when the chain is: the types know only the Error.
function reasonOf({ authorizationError }: TLSSocket): string {
  return String((authorizationError as unknown) instanceof Error ? authorizationError.message : authorizationError);
}
