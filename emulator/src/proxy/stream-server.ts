import { pipeline } from 'node:stream';
import { createServer, type TLSSocket } from 'node:tls';
import { proxyHeader } from './proxy-header.ts';
import type { Secure } from './secure.ts';
import type { Upstream } from './upstream.ts';

interface Options {
  pool: () => Upstream | undefined;
  secure: Secure;
  sendsProxyProtocol: () => boolean;
}

async function forward(client: TLSSocket, { pool, sendsProxyProtocol }: Options): Promise<void> {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = client;
  const upstream = pool();
  const connected = await upstream?.connect({ ip: remoteAddress });
  if (!upstream || !connected?.socket) {
    client.resetAndDestroy();
    return;
  }
  const { target, socket } = connected;
  const end = upstream.hold(target, () => {
    client.destroy();
    socket.destroy();
  });
  if (sendsProxyProtocol()) {
    socket.write(proxyHeader({ ip: remoteAddress, port: remotePort }, { ip: localAddress, port: localPort }));
  }
  upstream.chooser.succeeded(target);
  pipeline(client, socket, client, end);
}

/** A TCP_SSL listener: takes TLS off and sends the bytes on. */
export function createStreamServer(options: Options) {
  const { secure } = options;
  const server = createServer({ ...secure.options, SNICallback: secure.choose });
  server.on('secureConnection', (client) => {
    client.setNoDelay(true).on('error', () => client.destroy());
    forward(client, options).catch(() => client.destroy());
  });
  server.on('tlsClientError', () => undefined);
  return server;
}
