import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { guardUrl } from '../../model/guard.ts';
import { isAsOnTke, mapHostFor } from './adopt.ts';
import type { IngressBackend, IngressFacts } from './ingress-facts.ts';
import type { MixedPath } from './mixed-rule.ts';
import { givesWay, mapPaths, pathOnTke } from './paths.ts';
import { refusedHosts, refusedPaths, type RefusedAt, type RefusedHost } from './refused-paths.ts';

/** A rule that an Ingress asks for, whatever the port. */
export interface WantedRule {
  /** As the Ingress has it; empty for every host. */
  readonly host: string;
  /** As the CLB has it. */
  readonly domain: string;
  readonly url: string;
  readonly backend: IngressBackend;
  /** See `MixedPath`. */
  readonly isChosen: boolean;
  /** See `Binding`. */
  readonly givesWay?: true;
}

export interface WantedRules {
  readonly rules: readonly WantedRule[];
  readonly findings: readonly Finding[];
}

type Asking = Pick<IngressFacts, 'annotations' | 'bareHosts' | 'defaultBackend'> & {
  readonly paths: readonly MixedPath[];
};

/** What its paths ask for. What a CLB cannot have is left out, each path for itself, and told. */
export function wantedRules(ingress: Asking): WantedRules {
  const hosts = [...hostsOf(ingress)].map(([host, paths]) => rulesOfHost(host, paths, ingress));
  const all = hosts.flatMap(({ rules }) => rules);
  const rules = withinBounds(all);
  const refused = hosts.flatMap(({ refused: some }) => some);
  const findings = [
    ...refusedHosts(hosts.flatMap(({ refusedHost }) => refusedHost ?? [])),
    ...refusedPaths(refused.filter(({ isTwice }) => isTwice)),
    ...refusedPaths(refused.filter(({ isTwice }) => !isTwice)),
  ];
  return { rules, findings: [...findings, ...(rules.length < all.length ? [tooMany(all)] : [])] };
}

type Path = Omit<MixedPath, 'host'>;

/** A host that has no path for all requests sends the others to the default backend, which serves all other hosts. */
function hostsOf({ paths, bareHosts, defaultBackend }: Asking): ReadonlyMap<string, readonly Path[]> {
  const byHost = Map.groupBy<string, MixedPath>(paths, ({ host }) => host);
  const names = [...byHost.keys(), ...bareHosts, ...(defaultBackend === undefined ? [] : [''])];
  const pathsOf = (host: string) => withDefault(byHost.get(host) ?? [], defaultBackend);
  return new Map([...new Set(names)].map((host) => [host, pathsOf(host)]));
}

function withDefault(paths: readonly Path[], backend: IngressBackend | undefined): readonly Path[] {
  if (backend === undefined) return paths;
  const isForAll = ({ path, pathType }: Path) => pathType !== 'Exact' && (path === '/' || path === '');
  return paths.some(isForAll) ? paths : [...paths, { path: '/', pathType: 'Prefix', backend }];
}

interface RulesOfHost {
  readonly rules: readonly WantedRule[];
  readonly refusedHost?: RefusedHost;
  readonly refused: readonly RefusedAt[];
}

function rulesOfHost(host: string, paths: readonly Path[], ingress: Pick<Asking, 'annotations'>): RulesOfHost {
  const mapped = mapHostFor(ingress)(host);
  if (mapped.why !== undefined) return { rules: [], refusedHost: { host, why: mapped.why }, refused: [] };
  const { urls, refused } = mapPaths(isAsOnTke(ingress) ? paths.map(pathOnTke) : paths);
  const { domain } = mapped;
  const rules = urls.map(({ url, wanted }): WantedRule => {
    const { backend, isChosen = false } = wanted;
    return { host, domain, url, backend, isChosen, ...(givesWay({ url, wanted }) ? { givesWay: true } : {}) };
  });
  // A host without any rule would be served by a wildcard, or by the default domain, and not get 404.
  const guard: WantedRule = { host, domain, url: guardUrl, backend: { kind: 'nobody' }, isChosen: false };
  return {
    rules: rules.length === 0 ? [guard] : rules,
    refused: refused.map(({ wanted: { path }, ...one }) => ({ host, path, ...one })),
  };
}

/** The record of a CLB, one ConfigMap for all owners, has the rules that are wanted and those that go. */
const most = { rules: 50, letters: 4_000 } as const;

function withinBounds(all: readonly WantedRule[]): readonly WantedRule[] {
  let letters = 0;
  return all.slice(0, most.rules).filter(({ domain, url }) => (letters += domain.length + url.length) <= most.letters);
}

function tooMany(all: readonly WantedRule[]): Finding {
  const message =
    'Move some paths to another Ingress: the last ones are not served. This one asks for ' +
    `${all.length} rules of a CLB, and has ${most.rules} with ${most.letters} letters at most; a Prefix path is two.`;
  return { severity: 'Warning', reason: 'QuotaReached', message, repeat: { ...hourly, by: 'message' } };
}
