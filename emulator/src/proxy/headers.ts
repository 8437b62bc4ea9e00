import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

interface About {
  clientIp: string;
  isTls: boolean;
  keepsAlive: boolean;
}

/**
 * What CLB adds to a request, as captured requests behind it show: the whole set is X-Stgw-Time, X-Client-Proto,
 * X-Forwarded-Proto, X-Client-Proto-Ver, X-Real-IP and X-Forwarded-For.
 */
export function addedHeaders(request: IncomingMessage, about: About): Record<string, string> {
  const proto = about.isTls ? 'https' : 'http';
  const before = request.headers['x-forwarded-for'];
  const path = Array.isArray(before) ? before.join(', ') : before;
  const upgrade = request.headers.upgrade;
  return {
    'x-stgw-time': (Date.now() / 1000).toFixed(3),
    'x-client-proto': proto,
    'x-forwarded-proto': proto,
    'x-client-proto-ver': `HTTP/${request.httpVersion}`,
    'x-real-ip': about.clientIp,
    'x-forwarded-for': path ? `${path}, ${about.clientIp}` : about.clientIp,
    connection: upgrade ? 'Upgrade' : about.keepsAlive ? 'keep-alive' : 'close',
  };
}

/** The cookie that keeps a client at its target, where a rule does not name another. */
export const defaultCookie = 'tgw_l7_route';

/** The value of a cookie that the client sent. */
export function cookieOf({ cookie = '' }: IncomingHttpHeaders, name: string): string | undefined {
  const pair = cookie
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

/** The Set-Cookie header that keeps a client at its target. */
export function sessionCookie(name: string, value: string, seconds: number): string {
  return `${name}=${value}; Expires=${new Date(Date.now() + seconds * 1000).toUTCString()}; Path=/`;
}
