import type { IngressFacts, IngressTls } from '../core/sources/ingress/ingress-facts.ts';
import { shortened } from './bounds.ts';

/** Of each list; see `leftOut`. A CLB gets 50 rules of one Ingress at most, and those of every class are kept. */
const most = 1_000;
/** A URL of a rule has 200 at most. */
const mostLetters = 300;

type Lists = Pick<IngressFacts, 'paths' | 'bareHosts' | 'tls'>;

/** The first of its paths, hosts and TLS entries, and how many more it has. */
export function keptOfIngress(asked: Lists): Lists & Pick<IngressFacts, 'leftOut'> {
  const paths = asked.paths.slice(0, most).map((one) => ({ ...one, path: withoutEnd(one.path) }));
  const bareHosts = asked.bareHosts.slice(0, most);
  const hosts = new Set([...paths.map(({ host }) => host), ...bareHosts]);
  const tls = sizeOf(asked.tls) <= most ? asked.tls : keptTls(asked.tls, hosts);
  const more = asked.paths.length - paths.length + asked.bareHosts.length - bareHosts.length;
  return { paths, bareHosts, tls, leftOut: more + sizeOf(asked.tls) - sizeOf(tls) };
}

/** It stays too long for a CLB: with nothing but slashes at its end it would be the path before them. */
function withoutEnd(path: string): string {
  return path.length <= mostLetters ? path : `${shortened(path, mostLetters)}x`;
}

/** Those about hosts of the rules: who loses its certificate to others would be served without TLS. */
function keptTls(tls: readonly IngressTls[], hosts: ReadonlySet<string>): readonly IngressTls[] {
  let room = most;
  return tls.flatMap(({ hosts: named, secretName }) => {
    const meant = named.filter((host) => hosts.has(host) || host.startsWith('*.')).slice(0, room);
    // An entry without hosts would be about all of them.
    if (room <= 0 || (named.length > 0 && meant.length === 0)) return [];
    room -= Math.max(1, meant.length);
    return [{ hosts: meant, secretName }];
  });
}

function sizeOf(tls: readonly IngressTls[]): number {
  return tls.reduce((sum, { hosts }) => sum + Math.max(1, hosts.length), 0);
}
