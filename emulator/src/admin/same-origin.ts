import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

interface Asked {
  method: string;
  headers: IncomingHttpHeaders;
}

const isRead = (method: string) => method === 'GET' || method === 'HEAD';

function hostnameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

const isKnown = (name: string, names: readonly string[]) =>
  isIP(name) !== 0 || name === 'localhost' || names.includes(name);

/** Programs send neither header; browsers say with every form where it comes from. */
function comesFromElsewhere({ host = '', origin, 'sec-fetch-site': site = 'none' }: IncomingHttpHeaders): boolean {
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== 'none' && site !== 'same-origin';
}

/**
 * Why the admin port does not answer a browser that some other page sent here; undefined for other clients. Any
 * DNS zone can point a name at this machine, which would make that page's origin ours: only known names are answered.
 */
export function whyForeign({ method, headers }: Asked, names: readonly string[]): string | undefined {
  const name = hostnameOf(headers.host ?? '');
  if (!isKnown(name, names)) {
    const remedy = `ask it by an IP address or as localhost, or start with --admin-names ${name}`;
    return `the admin port is not known as "${name}": ${remedy}`;
  }
  if (isRead(method) || !comesFromElsewhere(headers)) return undefined;
  return `a page of ${headers.origin ?? 'another site'} may not change anything here`;
}
