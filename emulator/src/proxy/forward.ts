import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'http-proxy-3';
import { answer, answerSocket, says } from './answer.ts';
import { keyOf, sessionOf } from './choose.ts';
import type { ProxyListener, ProxyRule, ProxyTarget } from './config.ts';
import { addedHeaders, cookieOf, defaultCookie, sessionCookie } from './headers.ts';
import type { KeptConnections, OneConnection } from './kept-connections.ts';
import type { Connected, ProxySettings, Upstream } from './upstream.ts';

export interface ForwardOptions {
  listener: () => ProxyListener;
  settings: ProxySettings;
  kept: KeptConnections;
}
interface Request {
  rule: ProxyRule;
  upstream: Upstream;
  request: IncomingMessage;
}
interface ForwardedRequest extends Request {
  response: ServerResponse;
  /** Whether the client has gone, or has its answer. */
  isOver: () => boolean;
}

const isSecure = ({ forwardType }: Pick<ProxyRule, 'forwardType'>) => /^(HTTPS|GRPCS)$/.test(forwardType);

/** Names a connection to a target (named by `keyOf`) as requests of this rule can use it. */
export const connectionKey = (rule: Pick<ProxyRule, 'forwardType'>, key: string) =>
  `${isSecure(rule) ? 'https' : 'http'}://${key}`;

const cookieNameOf = ({ cookieName }: ProxyRule) => (cookieName === '' ? defaultCookie : cookieName);
const clientIpOf = ({ socket }: IncomingMessage) => (socket.remoteAddress ?? '').replace('::ffff:', '');

/** Requests that may be sent twice; others never go over a kept connection, which the target may just have closed. */
const isRepeatable = ({ method, headers }: IncomingMessage) =>
  (method === 'GET' || method === 'HEAD') && !headers['content-length'] && !headers['transfer-encoding'];

/** Sends requests and upgraded connections on to targets. */
export function createForward(options: ForwardOptions) {
  const proxy = createProxyServer();
  // Nothing waits for these: each request has its own.
  proxy.on('error', () => undefined);
  // The library reports an answer, or a time-out, without the request that it belongs to.
  const answered = new WeakMap<IncomingMessage, (answer: IncomingMessage) => void>();
  const late = new WeakSet<IncomingMessage>();
  proxy.on('proxyRes', (incoming, request) => answered.get(request)?.(incoming));
  proxy.on('proxyReq', (sent, request) => void sent.once('timeout', () => late.add(request)));

  async function forwardRequest(of: ForwardedRequest, usesKept = isRepeatable(of.request)): Promise<void> {
    const { rule, upstream, request, response, isOver } = of;
    const connected = await reach(of, options, usesKept);
    if (!connected || isOver()) {
      connected?.connection.destroy();
      if (!isOver()) answer(response, whyNone(of));
      return;
    }
    const { target, isKept } = connected;
    const end = upstream.hold(target, () => response.destroy());
    response.once('close', end);
    answered.set(request, (incoming) => {
      upstream.chooser.succeeded(target);
      finishHeaders(incoming, rule, target, cookieOf(request.headers, cookieNameOf(rule)));
    });
    proxy.web(request, response, optionsFor(request, connected, options), () => {
      end();
      if (isOver()) return;
      if (isKept && !response.headersSent && !late.has(request)) {
        forwardRequest(of, false).catch(() => response.destroy());
        return;
      }
      upstream.chooser.failed(target);
      answer(response, late.has(request) ? says.tooLate : says.badGateway);
    });
  }

  async function forwardUpgrade(of: Request & { socket: Socket; head: Buffer }): Promise<void> {
    const { upstream, request, socket, head } = of;
    const connected = await reach(of, options, false);
    if (!connected || socket.destroyed) {
      connected?.connection.destroy();
      answerSocket(socket, whyNone(of));
      return;
    }
    socket.once(
      'close',
      upstream.hold(connected.target, () => socket.destroy()),
    );
    proxy.ws(request, socket, head, optionsFor(request, connected, options), () => socket.destroy());
  }

  return { request: forwardRequest, upgrade: forwardUpgrade };
}

const whyNone = ({ upstream }: Request) => (upstream.pool().eligible.length === 0 ? says.noTarget : says.badGateway);

function optionsFor(
  request: IncomingMessage,
  { target, connection }: Connected<OneConnection>,
  { listener, settings }: ForwardOptions,
) {
  const { protocol, keepsAlive } = listener();
  return {
    // Of targets that speak HTTPS too: the connection has its TLS already.
    target: { protocol: 'http:', host: target.ip, port: target.port },
    agent: connection,
    headers: addedHeaders(request, { clientIp: clientIpOf(request), isTls: protocol === 'HTTPS', keepsAlive }),
    proxyTimeout: settings.answerTimeoutMs,
    // The path as it was asked for, not as it could be written too.
    toProxy: true,
  };
}

/** Chooses a target and has a connection to it; one that was kept only where the request may be sent twice. */
function reach({ rule, upstream, request }: Request, { listener, kept }: ForwardOptions, usesKept: boolean) {
  const session = rule.sessionS > 0 ? (cookieOf(request.headers, cookieNameOf(rule)) ?? '') : undefined;
  const nameOf = (target: ProxyTarget) => connectionKey(rule, keyOf(target));
  return upstream.connect(
    { ip: clientIpOf(request), session },
    {
      isTls: isSecure(rule),
      take: (target) => (usesKept ? kept.take(nameOf(target)) : undefined),
      add: (target, socket) => kept.add(nameOf(target), socket, listener().keepsAlive),
    },
  );
}

function finishHeaders(
  incoming: IncomingMessage,
  rule: ProxyRule,
  target: ProxyTarget,
  session: string | undefined,
): void {
  // These are about the connection between proxy and target, not the client's.
  delete incoming.headers.connection;
  delete incoming.headers['keep-alive'];
  const own = sessionOf(target);
  if (rule.sessionS === 0 || session === own) return;
  const cookie = sessionCookie(cookieNameOf(rule), own, rule.sessionS);
  incoming.headers['set-cookie'] = [...(incoming.headers['set-cookie'] ?? []), cookie];
}
