import { connect } from 'node:tls';

/** Calls our own port as the API server would and says what is wrong with the handshake; undefined = it is trusted. */
export async function tryHandshake(o: {
  host: string;
  port: number;
  bundle: string;
  hostName: string;
  timeoutMs: number;
}): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host: o.host, port: o.port, ca: o.bundle, servername: o.hostName });
  socket.setTimeout(o.timeoutMs, () => resolve(`no TLS handshake on port ${o.port} within ${o.timeoutMs} ms`));
  socket.once('secureConnect', () => resolve(undefined));
  socket.once('error', (error: Error) => resolve(`TLS handshake on port ${o.port}: ${error.message}`));
  try {
    return await promise;
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
