import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'http-proxy-3';
import { answer } from './answer.ts';
import { sessionOf } from './choose.ts';
import type { ProxyListener, ProxyRule, ProxyTarget } from './config.ts';
import { addedHeaders, cookieOf, defaultCookie, sessionCookie } from './headers.ts';
import type { createTargetAgents } from './target-agent.ts';
import type { ProxySettings, Upstream } from './upstream.ts';

interface Options {
  listener: () => ProxyListener;
  settings: ProxySettings;
  agents: ReturnType<typeof createTargetAgents>;
}
interface Request {
  rule: ProxyRule;
  upstream: Upstream;
  request: IncomingMessage;
}
interface ForwardedRequest extends Request {
  response: ServerResponse;
}

const cookieNameOf = ({ cookieName }: ProxyRule) => (cookieName === '' ? defaultCookie : cookieName);

/** Requests that may be sent twice: nothing is lost or done twice when a kept connection turns out to be closed. */
const isRepeatable = ({ method, headers }: IncomingMessage) =>
  (method === 'GET' || method === 'HEAD') && !headers['content-length'] && !headers['transfer-encoding'];

/** Sends requests and upgraded connections on to targets. */
export function createForward(options: Options) {
  const { settings, agents } = options;
  const proxy = createProxyServer();
  // Nothing waits for these: each request has its own.
  proxy.on('error', () => undefined);
  // The library tells of an answer without telling whose it is.
  const answered = new WeakMap<IncomingMessage, (answer: IncomingMessage) => void>();
  proxy.on('proxyRes', (incoming, request) => answered.get(request)?.(incoming));

  async function forwardRequest(of: ForwardedRequest, isFresh = false): Promise<void> {
    const { rule, upstream, request, response } = of;
    const reached = await reach(of, agents, isFresh);
    if (!reached) {
      if (upstream.pool().eligible.length === 0) answer(response, 503, 'Service Unavailable');
      else answer(response, 502, 'Bad Gateway');
      return;
    }
    const { target, isReused } = reached;
    const end = upstream.hold(target, () => response.destroy());
    response.once('close', end);
    answered.set(request, (incoming) => {
      upstream.chooser.succeeded(target);
      finishHeaders(incoming, rule, target, cookieOf(request.headers, cookieNameOf(rule)));
    });
    const dueMs = Date.now() + settings.answerTimeoutMs;
    proxy.web(request, response, optionsFor(request, target, options), () => {
      end();
      const isAgain = isReused && !response.headersSent && isRepeatable(request);
      if (isAgain && !response.destroyed) forwardRequest(of, true).catch(() => response.destroy());
      else fail(of, target, dueMs);
    });
  }

  async function forwardUpgrade(of: Request & { socket: Socket; head: Buffer }): Promise<void> {
    const { upstream, request, socket, head } = of;
    const reached = await reach(of, agents, true);
    if (!reached) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    socket.once(
      'close',
      upstream.hold(reached.target, () => socket.destroy()),
    );
    proxy.ws(request, socket, head, optionsFor(request, reached.target, options), () => socket.destroy());
  }

  return { request: forwardRequest, upgrade: forwardUpgrade };
}

function optionsFor(request: IncomingMessage, target: ProxyTarget, { listener, agents, settings }: Options) {
  const { protocol, keepsAlive } = listener();
  const clientIp = (request.socket.remoteAddress ?? '').replace('::ffff:', '');
  return {
    target: { protocol: 'http:', host: target.ip, port: target.port },
    agent: agents.of(target),
    headers: addedHeaders(request, { clientIp, isTls: protocol === 'HTTPS', keepsAlive }),
    proxyTimeout: settings.answerTimeoutMs,
  };
}

function clientOf({ rule, request }: Request) {
  const session = rule.sessionS > 0 ? (cookieOf(request.headers, cookieNameOf(rule)) ?? '') : undefined;
  return { ip: request.socket.remoteAddress ?? '', session };
}

/** Chooses a target and sees to it that its agent has a connection; tells whether that one was used before. */
async function reach(of: Request, agents: Options['agents'], isFresh: boolean) {
  const reuses = (target: ProxyTarget) => !isFresh && agents.of(target).hasFree();
  const connected = await of.upstream.connect(clientOf(of), reuses);
  if (connected?.socket) agents.of(connected.target).offer(connected.socket);
  return connected && { target: connected.target, isReused: !connected.socket };
}

function fail({ upstream, response }: ForwardedRequest, target: ProxyTarget, dueMs: number): void {
  if (response.destroyed) return;
  upstream.chooser.failed(target);
  if (Date.now() >= dueMs) answer(response, 504, 'Gateway Time-out');
  else answer(response, 502, 'Bad Gateway');
}

function finishHeaders(
  incoming: IncomingMessage,
  rule: ProxyRule,
  target: ProxyTarget,
  session: string | undefined,
): void {
  // What holds between proxy and target says nothing about the client's connection.
  delete incoming.headers.connection;
  delete incoming.headers['keep-alive'];
  const own = sessionOf(target);
  if (rule.sessionS === 0 || session === own) return;
  const cookie = sessionCookie(cookieNameOf(rule), own, rule.sessionS);
  incoming.headers['set-cookie'] = [...(incoming.headers['set-cookie'] ?? []), cookie];
}
