import type { ProxyRule } from './config.ts';

/** How exactly a domain of a rule fits, the best first; doc 214/9032 gives the order. */
function domainRank(pattern: string, host: string): number | undefined {
  const wanted = pattern.toLowerCase();
  if (wanted.startsWith('~')) return isMatch(wanted.slice(1), host) ? 3 : undefined;
  if (wanted === host) return 0;
  if (wanted.startsWith('*')) return host.endsWith(wanted.slice(1)) ? 1 : undefined;
  if (wanted.endsWith('*')) return host.startsWith(wanted.slice(0, -1)) ? 2 : undefined;
  return undefined;
}

function isMatch(pattern: string, text: string, flags = ''): boolean {
  try {
    return new RegExp(pattern, flags).test(text);
  } catch {
    return false;
  }
}

/** How well a rule's URL fits: `=` exact, then `^~` prefixes, then regular expressions, then the longest prefix. */
function urlScore(url: string, path: string): number {
  if (url.startsWith('=')) return url.slice(1).trim() === path ? Infinity : 0;
  if (url.startsWith('^~')) return path.startsWith(url.slice(2).trim()) ? 2_000_000 + url.length : 0;
  if (url.startsWith('~*')) return isMatch(url.slice(2).trim(), path, 'i') ? 1_000_000 : 0;
  if (url.startsWith('~')) return isMatch(url.slice(1).trim(), path) ? 1_000_000 : 0;
  return path.startsWith(url) ? url.length : 0;
}

function best<T>(items: readonly T[], score: (item: T) => number): T | undefined {
  let found: { item: T; score: number } | undefined;
  for (const item of items) {
    const own = score(item);
    if (own > (found?.score ?? 0)) found = { item, score: own };
  }
  return found?.item;
}

/** The rules of the domain that fits a host best; those of the default domain when none does. */
export function rulesOfHost<T extends Pick<ProxyRule, 'domains' | 'isDefault'>>(
  rules: readonly T[],
  host: string,
): T[] {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const ranked = rules.map((rule) => {
    // Of two wildcards the longer one says more.
    const fits = rule.domains.flatMap((domain) => {
      const rank = domainRank(domain, name);
      return rank === undefined ? [] : [{ domain, score: (4 - rank) * 1000 + domain.length }];
    });
    return { rule, ...best(fits, ({ score }) => score) };
  });
  const top = best(ranked, ({ score }) => score ?? 0)?.domain;
  if (top !== undefined) return ranked.filter(({ domain }) => domain === top).map(({ rule }) => rule);
  const fallback = rules.find(({ isDefault }) => isDefault);
  return fallback ? rules.filter((rule) => rule.domains.some((domain) => fallback.domains.includes(domain))) : [];
}

/** Whether a path is that of a rule without its last slash; the cloud redirects it there, unless that has its own. */
export function lacksSlash(
  rules: readonly Pick<ProxyRule, 'domains' | 'isDefault' | 'url'>[],
  host: string,
  path: string,
): boolean {
  const isIt = ({ url }: { url: string }) => url.replace(/^\^~ ?/, '') === `${path}/`;
  const isOwn = ({ url }: { url: string }) => url.replace(/^= ?/, '=') === `=${path}`;
  // Most requests end here, without a look at the domains.
  if (!rules.some(isIt)) return false;
  const ofHost = rulesOfHost(rules, host);
  return ofHost.some(isIt) && !ofHost.some(isOwn);
}

/** The rule that a request belongs to; undefined when there is none, which the cloud answers with 404. */
export function matchRule<T extends Pick<ProxyRule, 'domains' | 'isDefault' | 'url'>>(
  rules: readonly T[],
  host: string,
  path: string,
): T | undefined {
  return best(rulesOfHost(rules, host), ({ url }) => urlScore(url, path));
}
