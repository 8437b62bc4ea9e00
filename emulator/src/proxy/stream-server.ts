import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { proxyHeader } from './proxy-header.ts';
import type { Upstream } from './upstream.ts';

interface Options {
  upstream: () => Upstream | undefined;
  sendsProxyProtocol: () => boolean;
}

const plain = {
  isTls: false,
  add: (_: unknown, socket: Socket) => socket,
  take: () => undefined,
};

/** The PROXY protocol's header for what a client's connection carries. */
function headerFor({ remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 }: Socket): Buffer {
  return proxyHeader({ ip: remoteAddress, port: remotePort }, { ip: localAddress, port: localPort });
}

async function forward(client: Socket, { upstream: find, sendsProxyProtocol }: Options): Promise<void> {
  const { remoteAddress = '' } = client;
  const upstream = find();
  const connected = await upstream?.connect({ ip: remoteAddress }, plain);
  if (!upstream || !connected || client.destroyed) {
    connected?.connection.destroy();
    client.resetAndDestroy();
    return;
  }
  const { target, connection } = connected;
  const end = upstream.hold(target, () => {
    client.destroy();
    connection.destroy();
  });
  if (sendsProxyProtocol()) connection.write(headerFor(client));
  upstream.chooser.succeeded(target);
  pipeline(client, connection, client, end);
}

/** Serves the connections of a TCP_SSL listener, without their TLS: their bytes go on as they are. */
export function createStreamServer(options: Options) {
  return {
    accept: (client: Socket): void => {
      client.setNoDelay(true);
      forward(client, options).catch(() => client.destroy());
    },
  };
}
