import type { IncomingMessage, ServerResponse } from 'node:http';
import { says } from './answer.ts';
import { sessionOf, type Client } from './choose.ts';
import type { ProxyListener, ProxyRule, ProxyTarget } from './config.ts';
import { addedHeaders, cookieOf, defaultCookie, sessionCookie } from './headers.ts';
import type { KeptConnections } from './kept-connections.ts';
import type { ProxySettings, Upstream } from './upstream.ts';

export interface ForwardOptions {
  listener: () => ProxyListener;
  settings: ProxySettings;
  kept: KeptConnections;
}
export interface Request {
  rule: ProxyRule;
  upstream: Upstream;
  request: IncomingMessage;
}
export interface ForwardedRequest extends Request {
  response: ServerResponse;
  /** Whether the client has gone, or has its answer. */
  isOver: () => boolean;
}

export const isSecure = ({ forwardType }: Pick<ProxyRule, 'forwardType'>) => /^(HTTPS|GRPCS)$/.test(forwardType);
export const isGrpc = ({ forwardType }: Pick<ProxyRule, 'forwardType'>) => /^GRPCS?$/.test(forwardType);

const cookieNameOf = ({ cookieName }: ProxyRule) => (cookieName === '' ? defaultCookie : cookieName);
const clientIpOf = ({ socket }: IncomingMessage) => (socket.remoteAddress ?? '').replace('::ffff:', '');

/** Who asks; by its cookie, where the rule keeps clients at their targets. */
export function clientOf(rule: ProxyRule, request: IncomingMessage): Client {
  const session = rule.sessionS > 0 ? (cookieOf(request.headers, cookieNameOf(rule)) ?? '') : undefined;
  return { ip: clientIpOf(request), session };
}

/** What keeps the client at this target from now on, unless it is kept there already. */
export function newCookieFor({ rule, request }: Request, target: ProxyTarget): string | undefined {
  const [own, known] = [sessionOf(target), cookieOf(request.headers, cookieNameOf(rule))];
  return rule.sessionS === 0 || known === own ? undefined : sessionCookie(cookieNameOf(rule), own, rule.sessionS);
}

/** What the CLB adds to a request. */
export const addedFor = (request: IncomingMessage, { protocol, keepsAlive }: ProxyListener) =>
  addedHeaders(request, { clientIp: clientIpOf(request), isTls: protocol === 'HTTPS', keepsAlive });

/** The answer when no target took the connection. */
export const whyNone = (upstream: Upstream) =>
  upstream.pool().eligible.length === 0 ? says.noTarget : says.badGateway;
