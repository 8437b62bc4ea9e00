import type { V1ConfigMap } from '@kubernetes/client-node';
import { recordLabel } from '@clb-direct/shared/domain/names.ts';
import { asObject } from '@clb-direct/shared/domain/raw.ts';
import type { OwnerKind } from '../core/model/owner.ts';
import type { RulePlace } from '../core/model/place.ts';
import type { BalancerRecord, RecordedOwner } from '../core/model/record.ts';
import { watchedSources } from './watched-sources.ts';

/** The ConfigMap of one CLB; its data has an entry for each owner, by UID, so that no two writes concern one key. */
export function recordName(balancerId: string): string {
  return `clb-direct-${balancerId}`;
}

/** The ConfigMap that says that the records are complete; its data has a key for each CLB that has one. */
export const markName = 'clb-direct-records';

/** The data that the mark has in any case. Without it an earlier version wrote it, and it names no CLBs. */
export const completeMark = { complete: 'true' } as const;

/** Ids of the CLBs in the mark; undefined: it does not say that the records are complete. */
export function markedBalancers(raw: unknown): readonly string[] | undefined {
  const data = (raw as V1ConfigMap | undefined)?.data ?? {};
  if (data['complete'] !== completeMark.complete) return undefined;
  return Object.keys(data).filter((key) => /^lb-[a-z0-9]+$/.test(key));
}

/** The record in a ConfigMap, and the keys of entries that cannot be read. */
export interface ReadRecord extends BalancerRecord {
  readonly unreadable: readonly string[];
}

/** undefined: not the record of a CLB. */
export function readRecord(raw: unknown): ReadRecord | undefined {
  const { metadata, data } = raw as V1ConfigMap;
  const [, balancerId] = /^clb-direct-(lb-[a-z0-9]+)$/.exec(metadata?.name ?? '') ?? [];
  if (balancerId === undefined || metadata?.labels?.[recordLabel.name] !== recordLabel.balancer) return undefined;
  const entries = Object.entries(data ?? {}).map(([uid, text]) => [uid, readEntry(uid, text)] as const);
  return {
    balancerId,
    owners: entries.flatMap(([, owner]) => owner ?? []),
    unreadable: entries.filter(([, owner]) => owner === undefined).map(([uid]) => uid),
  };
}

/** An owner of a kind that is not watched would look as if it were gone, so its entry counts as unreadable. */
export const watchedKinds: ReadonlySet<unknown> = new Set(watchedSources().map(({ kind }) => kind));

function readEntry(uid: string, text: string): RecordedOwner | undefined {
  const entry = parsed(text);
  if (entry === undefined || !watchedKinds.has(entry['kind'])) return undefined;
  const { kind, namespace, name, places, recordedAt, releasedAt, ...details } = entry;
  const recordedAtMs = timeOf(recordedAt);
  const releasedAtMs = timeOf(releasedAt);
  if (typeof namespace !== 'string' || typeof name !== 'string' || recordedAtMs === undefined) return undefined;
  if (releasedAt !== undefined && releasedAtMs === undefined) return undefined;
  return {
    kind: kind as OwnerKind,
    namespace,
    name,
    uid,
    recordedAtMs,
    places: textsOf(places),
    ...readDetails(details),
    releasedAtMs,
  };
}

type Details = Pick<RecordedOwner, 'rules' | 'redirects' | 'hasSessions' | 'refusedWishes'>;

function readDetails({ rules, redirects, ...others }: Readonly<Record<string, unknown>>): Details {
  const { hasSessions, refusedWishes } = others;
  return {
    ...(rules === undefined ? {} : { rules: readRules(rules) }),
    ...(redirects === undefined ? {} : { redirects: readRules(redirects) }),
    ...(hasSessions === true ? { hasSessions } : {}),
    ...(refusedWishes === undefined ? {} : { refusedWishes: textsOf(refusedWishes) }),
  };
}

function readRules(value: unknown): readonly RulePlace[] {
  return textsOf(value).flatMap((text) => readRule(text) ?? []);
}

export function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function timeOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/**
 * As "HTTPS/443 www.example.com/": a domain has no "/", and what begins with a sign is the URL of no domain. After a
 * domain that is a regular expression comes a blank: it may have every sign.
 */
function writeRule({ protocol, port, domain, url }: RulePlace): string {
  return `${protocol}/${port} ${domain}${domain.startsWith('~') ? ' ' : ''}${url}`;
}

function readRule(text: string): RulePlace | undefined {
  const pattern = /^HTTPS?\/\d+ ~\S* /.test(text)
    ? /^(HTTPS?)\/(\d+) (~\S*) (.+)$/
    : /^(HTTPS?)\/(\d+) ([^/=^~]*)(.+)$/;
  const [, protocol, port, domain = '', url = ''] = pattern.exec(text) ?? [];
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return undefined;
  return { protocol, port: Number(port), domain, url };
}

/** Short and readable, because people look at it. */
export function writeEntry({ kind, namespace, name, places, rules = [], ...others }: RecordedOwner): string {
  const { recordedAtMs, releasedAtMs, redirects = [], hasSessions, refusedWishes } = others;
  const releasedAt = releasedAtMs === undefined ? {} : { releasedAt: new Date(releasedAtMs).toISOString() };
  return JSON.stringify({
    kind,
    namespace,
    name,
    places,
    ...(rules.length === 0 ? {} : { rules: rules.map(writeRule) }),
    ...(redirects.length === 0 ? {} : { redirects: redirects.map(writeRule) }),
    ...(hasSessions === undefined ? {} : { hasSessions }),
    ...(refusedWishes === undefined ? {} : { refusedWishes }),
    recordedAt: new Date(recordedAtMs).toISOString(),
    ...releasedAt,
  });
}
