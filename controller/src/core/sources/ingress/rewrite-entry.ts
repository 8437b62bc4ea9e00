import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { shownValue } from '@clb-direct/shared/domain/shown-value.ts';
import type { Redirect } from '../../model/redirect.ts';
import type { MappedHost } from './hosts.ts';
import type { WebProtocol } from './listen-ports.ts';
import { mapPaths } from './paths.ts';
import type { ServedRule } from './served-rule.ts';

/** An element of http-rules or https-rules that has "rewrite". */
export interface RewriteEntry {
  readonly protocol: WebProtocol;
  /** Where it is, such as "[0]". */
  readonly at: string;
  readonly entry: RawObject;
}

/** The rules that an entry asks for, or what is wrong with it and what to write. */
export type ReadRewrite =
  { readonly rules: readonly ServedRule[]; readonly problem?: undefined } | { readonly problem: string };

const example = '{"path":"/old","rewrite":{"port":80,"path":"/new"}}';

interface RewriteRules {
  /** Every rule of the Ingress, of which one must be what the entry leads to. */
  readonly served: readonly ServedRule[];
  /** As for the other hosts of the Ingress. */
  readonly mapHost: (host: string) => MappedHost;
}

export function rulesOfRewrite(
  { protocol, at, entry }: RewriteEntry,
  ports: readonly number[],
  { served, mapHost }: RewriteRules,
): ReadRewrite {
  const [source, target] = [entry, asObject(own(entry, 'rewrite'))];
  const [host, path] = [textIn(source, 'host', ''), textIn(source, 'path', '/')];
  const port = Number(own(target, 'port'));
  const [toHost, toPath] = [textIn(target, 'host', host ?? ''), textIn(target, 'path', '/')];
  if (host === undefined || path === undefined || toHost === undefined || toPath === undefined || !(port > 0)) {
    return { problem: `${at} is ${shownValue(entry)}; write ${example}` };
  }
  const from = mapHost(host);
  const mapped = mapPaths([{ path, pathType: 'ImplementationSpecific' }]);
  const [why] = mapped.refused.map((one) => one.why);
  if (from.why !== undefined) return { problem: `${at}.host ${from.why}` };
  if (why !== undefined) return { problem: `${at}.path ${why}` };
  const found = targetAt({ port, host: toHost, path: toPath }, served);
  if (found === undefined) {
    const where = shownValue(own(entry, 'rewrite'));
    return { problem: `${at}.rewrite is ${where}, no rule of this Ingress; write port, host and path of one` };
  }
  const to = { protocol: found.protocol, port, domain: found.rule.domain, url: found.rule.url };
  const redirect: Redirect = { to, code: 301, takesUrl: false };
  const rules = mapped.urls.map(({ url }) => ({ host, domain: from.domain, url }));
  return { rules: rules.flatMap((rule) => ports.map((at) => ({ protocol, port: at, rule, redirect }))) };
}

function textIn(fields: RawObject | undefined, name: string, unset: string): string | undefined {
  const value = own(fields, name) ?? unset;
  return typeof value === 'string' ? value : undefined;
}

interface Target {
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

/** Of a Prefix path, which is two rules, either is right. */
function targetAt({ port, host, path }: Target, served: readonly ServedRule[]): ServedRule | undefined {
  const here = served.filter((one) => one.port === port && one.rule.host === host && one.redirect === undefined);
  const urls = [path, `=${path}`, `${path}/`];
  return urls.flatMap((url) => here.filter(({ rule }) => rule.url === url))[0];
}
