import type { IncomingMessage } from 'node:http';
import type { ProxyListener, ProxyRule } from './config.ts';
import { lacksSlash } from './match-rule.ts';

/** The host that a request asks for, with its port if it names one. */
export const hostOf = ({ headers }: IncomingMessage) => String(headers[':authority'] ?? headers.host ?? '');
/** The path of a request without its query. */
export const pathOf = ({ url = '/' }: IncomingMessage) => url.replace(/[?#].*$/, '');

function locationOf({ redirect }: ProxyRule, request: IncomingMessage): string | undefined {
  if (!redirect) return undefined;
  const { protocol, port, domain, url } = redirect;
  const host = domain ?? hostOf(request).replace(/:\d+$/, '');
  const suffix = port === (protocol === 'https' ? 443 : 80) ? '' : `:${port}`;
  return `${protocol}://${host}${suffix}${url ?? request.url ?? '/'}`;
}

/** Where a request is sent instead of to a target; undefined when it is not. */
export function redirectionOf(
  { rules, protocol }: ProxyListener,
  request: IncomingMessage,
  rule: ProxyRule | undefined,
) {
  const [host, path] = [hostOf(request), pathOf(request)];
  if (lacksSlash(rules, host, path)) {
    const rest = (request.url ?? '').slice(path.length);
    return { code: 301, location: `${protocol.toLowerCase()}://${host}${path}/${rest}` };
  }
  const location = rule && locationOf(rule, request);
  return location === undefined ? undefined : { code: rule?.redirect?.code ?? 301, location };
}
