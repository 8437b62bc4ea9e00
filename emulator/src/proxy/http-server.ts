import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { answer, answerSocket, says } from './answer.ts';
import type { ProxyListener, ProxyRule } from './config.ts';
import { createForward } from './forward.ts';
import type { ForwardOptions } from './forwarded.ts';
import { matchRule } from './match-rule.ts';
import { hostOf, pathOf, redirectionOf } from './redirection.ts';
import type { Upstream } from './upstream.ts';

interface HttpOptions extends ForwardOptions {
  upstreamOf: (ruleId: string) => Upstream | undefined;
}

/** What serves the connections of an HTTP or HTTPS listener. */
interface HttpServer {
  accept: (socket: Socket | TLSSocket) => void;
}

const isWebSocket = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket';

function findRule(listener: ProxyListener, request: IncomingMessage): ProxyRule | undefined {
  return matchRule(listener.rules, hostOf(request), pathOf(request));
}

/** Removes headers that are about one connection, or ask for a protocol that the proxy does not speak. */
function cleanRequest(request: IncomingMessage): void {
  request.url = request.url?.replace(/^https?:\/\/[^/?#]*\/?/i, '/') ?? '/';
  delete request.headers.upgrade;
  delete request.headers['http2-settings'];
  delete request.headers['keep-alive'];
}

/** An HTTP or HTTPS listener: each request goes to a target of the rule of its domain and URL. */
export function createHttpServer(options: HttpOptions): HttpServer {
  const { listener, upstreamOf, settings } = options;
  const forward = createForward(options);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let isOver = false;
    response.once('close', () => (isOver = true));
    cleanRequest(request);
    const rule = findRule(listener(), request);
    const upstream = rule && upstreamOf(rule.id);
    const elsewhere = redirectionOf(listener(), request, rule);
    if (elsewhere) response.writeHead(elsewhere.code, { location: elsewhere.location, 'content-length': 0 }).end();
    else if (rule && upstream) await forward.request({ rule, upstream, request, response, isOver: () => isOver });
    else answer(response, says.notFound);
  }
  async function upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const rule = findRule(listener(), request);
    const upstream = rule && upstreamOf(rule.id);
    const elsewhere = redirectionOf(listener(), request, rule);
    const moved = { status: elsewhere?.code ?? 301, reason: 'Moved' };
    if (elsewhere) answerSocket(socket, moved, { location: elsewhere.location });
    else if (rule && upstream) await forward.upgrade({ rule, upstream, request, socket, head });
    else answerSocket(socket, says.notFound);
  }

  // No limit but the cloud's: a request may come as slowly as it likes.
  const http = createServer({ shouldUpgradeCallback: isWebSocket, requestTimeout: 0, headersTimeout: 0 });
  http.keepAliveTimeout = settings.idleTimeoutMs;
  http.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => socket.destroy());
    upgrade(request, socket, head).catch(() => socket.destroy());
  });
  http.on('clientError', (_, socket) => {
    if (socket.writable) answerSocket(socket, says.badRequest);
    else socket.destroy();
  });
  // Its requests and responses imitate those of HTTP/1, which is what the proxying library asks for.
  const http2 = createHttp2Server();
  http2.on('sessionError', () => undefined);
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch(() => answer(response, says.broken));
  };
  http.on('request', onRequest);
  http2.on('request', (request, response) => {
    onRequest(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  return {
    accept(socket) {
      const isHttp2 = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
      (isHttp2 ? http2 : http).emit('connection', socket);
    },
  };
}

/** Answers clients without the certificate that was asked for, as nginx does. */
export function createRefusingServer(): HttpServer {
  const http = createServer((_, response) => answer(response, says.noCertificate));
  return {
    accept(socket) {
      if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') socket.destroy();
      else http.emit('connection', socket);
    },
  };
}
