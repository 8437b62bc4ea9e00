import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Target } from '../../state/model.ts';
import { makeTarget } from '../../testing/test-listeners.ts';

/** A target that answers with its name and what it was sent. */
export interface TestTarget {
  target: Target;
  requests: IncomingMessage[];
  sockets: Set<Socket>;
  /** Answers the requests for /held. */
  release: () => void;
  /** From now on every connection is refused. */
  stop: () => Promise<void>;
}

/** Opens a server of the test on this machine. */
export async function listenAsTarget(server: Server, weight = 10) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  const stop = () => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { target: makeTarget('127.0.0.1', (server.address() as AddressInfo).port, weight), sockets, stop };
}

/**
 * Answers HTTP and WebSockets, with TLS if it is given; never answers /slow, and /once only as the first request of a
 * connection: another one meets a connection that is just being closed. Of /half it cuts the answer.
 */
export async function startHttpTarget(name: string, weight = 10, tls?: ServerOptions): Promise<TestTarget> {
  const requests: IncomingMessage[] = [];
  const held: ServerResponse[] = [];
  const used = new WeakSet<Socket>();
  const listener: RequestListener = (request, response) => {
    requests.push(request);
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    const isFirst = !used.has(request.socket);
    used.add(request.socket);
    if (request.url === '/once' && !isFirst) request.socket.resetAndDestroy();
    else if (request.url === '/half') response.write('half', () => response.destroy());
    else if (request.url === '/held') held.push(response);
    else if (request.url !== '/slow') {
      request.on('end', () => response.end(`${name} ${request.method ?? ''} ${request.url ?? ''} ${body}`));
    }
  };
  const server = tls ? createHttpsServer(tls, listener) : createServer(listener);
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    requests.push(request);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.on('data', (data: Buffer) => socket.write(`${name} ${data.toString()}`)).on('error', () => socket.destroy());
  });
  const release = () => held.splice(0).forEach((response) => response.end(`${name} at last`));
  return { ...(await listenAsTarget(server, weight)), requests, release };
}

/** Sends back what it gets, its name first. */
export async function startEcho(name = '', weight = 10) {
  const received: Buffer[] = [];
  const server = createTcpServer((socket) => {
    socket.on('data', (data) => {
      received.push(data);
      socket.write(name + data.toString('latin1'), 'latin1');
    });
    socket.on('error', () => undefined);
  });
  return { ...(await listenAsTarget(server, weight)), received };
}

/** Takes connections and breaks each when it is asked something. */
export async function startBreaker() {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.once('data', () => socket.resetAndDestroy());
  });
  return { ...(await listenAsTarget(server)), connections: () => connections };
}
