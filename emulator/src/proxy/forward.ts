import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'http-proxy-3';
import { answer, answerSocket, cut, says } from './answer.ts';
import { keyOf } from './choose.ts';
import type { ProxyRule, ProxyTarget } from './config.ts';
import { forwardGrpc } from './forward-grpc.ts';
import { addedFor, clientOf, isGrpc, isSecure, newCookieFor, whyNone } from './forwarded.ts';
import type { ForwardedRequest, ForwardOptions, Request } from './forwarded.ts';
import type { OneConnection } from './kept-connections.ts';
import type { Connected } from './upstream.ts';

/** Names a connection to a target (named by `keyOf`) as requests of this rule can use it. */
export const connectionKey = (rule: Pick<ProxyRule, 'forwardType'>, key: string) =>
  `${isSecure(rule) ? 'https' : 'http'}://${key}`;

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
    const { upstream, request, response, isOver } = of;
    const connected = await reach(of, options, usesKept);
    if (!connected || isOver()) {
      connected?.connection.destroy();
      if (!isOver()) answer(response, whyNone(upstream));
      return;
    }
    const { target, isKept } = connected;
    const end = upstream.hold(target, () => cut(response));
    response.once('close', end);
    answered.set(request, (incoming) => {
      upstream.chooser.succeeded(target);
      finishHeaders(incoming, newCookieFor(of, target));
      passCutOn(incoming, response);
    });
    proxy.web(request, response, optionsFor(request, connected, options), () => {
      end();
      if (isOver()) return;
      if (isKept && !response.headersSent && !late.has(request)) {
        forwardRequest(of, false).catch(() => cut(response));
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
      answerSocket(socket, whyNone(upstream));
      return;
    }
    const end = upstream.hold(connected.target, () => socket.destroy());
    socket.once('close', end);
    proxy.ws(request, socket, head, optionsFor(request, connected, options), () => socket.destroy());
  }

  const request = (of: ForwardedRequest) => (isGrpc(of.rule) ? forwardGrpc(of, options) : forwardRequest(of));
  return { request, upgrade: forwardUpgrade };
}

function optionsFor(
  request: IncomingMessage,
  { target, connection }: Connected<OneConnection>,
  { listener, settings }: ForwardOptions,
) {
  return {
    // Of targets that speak HTTPS too: the connection has its TLS already.
    target: { protocol: 'http:', host: target.ip, port: target.port },
    agent: connection,
    headers: addedFor(request, listener()),
    proxyTimeout: settings.answerTimeoutMs,
    // The path as it was asked for, not as it could be written too.
    toProxy: true,
  };
}

/** Chooses a target and has a connection to it; one that was kept only where the request may be sent twice. */
function reach({ rule, upstream, request }: Request, { listener, kept }: ForwardOptions, usesKept: boolean) {
  const nameOf = (target: ProxyTarget) => connectionKey(rule, keyOf(target));
  return upstream.connect(clientOf(rule, request), {
    isTls: isSecure(rule),
    take: (target) => (usesKept ? kept.take(nameOf(target)) : undefined),
    add: (target, socket) => kept.add(nameOf(target), socket, listener().keepsAlive),
  });
}

/** The library leaves a request of HTTP/2 open for ever when its target cuts the answer. */
function passCutOn(incoming: IncomingMessage, response: ServerResponse): void {
  incoming.once('close', () => {
    if (!incoming.complete) cut(response);
  });
}

function finishHeaders(incoming: IncomingMessage, cookie: string | undefined): void {
  // These are about the connection between proxy and target, not the client's.
  delete incoming.headers.connection;
  delete incoming.headers['keep-alive'];
  if (cookie !== undefined) incoming.headers['set-cookie'] = [...(incoming.headers['set-cookie'] ?? []), cookie];
}
