import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { answer } from './answer.ts';
import type { ProxyListener, ProxyRule } from './config.ts';
import { createForward } from './forward.ts';
import { matchRule } from './match-rule.ts';
import type { Secure } from './secure.ts';
import type { ProxySettings, Upstream } from './upstream.ts';

export interface HttpOptions {
  listener: () => ProxyListener;
  upstreamOf: (ruleId: string) => Upstream | undefined;
  secure: Secure;
  settings: ProxySettings;
  agents: Parameters<typeof createForward>[0]['agents'];
}

const hostOf = ({ headers }: IncomingMessage) => String(headers[':authority'] ?? headers.host ?? '');

function findRule(listener: ProxyListener, request: IncomingMessage): ProxyRule | undefined {
  return matchRule(listener.rules, hostOf(request), (request.url ?? '/').replace(/[?#].*$/, ''));
}

function redirectTo(
  { redirect }: ProxyRule,
  request: IncomingMessage,
): { status: number; location: string } | undefined {
  if (!redirect) return undefined;
  const { protocol, port, domain, url, code } = redirect;
  const host = domain ?? hostOf(request).replace(/:\d+$/, '');
  const suffix = port === (protocol === 'https' ? 443 : 80) ? '' : `:${port}`;
  return { status: code, location: `${protocol}://${host}${suffix}${url ?? request.url ?? '/'}` };
}

/** An HTTP or HTTPS listener: each request goes to a target of the rule of its domain and URL. */
export function createHttpServer(options: HttpOptions) {
  const { listener, upstreamOf, secure, settings } = options;
  const forward = createForward(options);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rule = findRule(listener(), request);
    const upstream = rule && upstreamOf(rule.id);
    const redirect = rule && redirectTo(rule, request);
    if (redirect) response.writeHead(redirect.status, { location: redirect.location, 'content-length': 0 }).end();
    else if (rule && upstream) await forward.request({ rule, upstream, request, response });
    else answer(response, 404, 'Not Found');
  }
  async function upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const rule = findRule(listener(), request);
    const upstream = rule && upstreamOf(rule.id);
    if (rule && upstream) await forward.upgrade({ rule, upstream, request, socket, head });
    else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  }

  const tls = { ...secure.options, SNICallback: secure.choose };
  const server = makeServer(listener(), tls);
  server.keepAliveTimeout = settings.idleTimeoutMs;
  server.on('request', (request, response) => {
    serve(request, response).catch(() => answer(response, 500, 'Internal Server Error'));
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => socket.destroy());
    upgrade(request, socket, head).catch(() => socket.destroy());
  });
  server.on('clientError', (_, socket) => socket.destroy());
  return server;
}

function makeServer({ protocol, http2 }: ProxyListener, tls: object): Server {
  if (protocol === 'HTTP') return createServer();
  // Its requests and responses imitate those of HTTP/1, which is what the proxying library asks for.
  if (http2) return createSecureServer({ ...tls, allowHTTP1: true }) as unknown as Server;
  return createHttpsServer(tls);
}
