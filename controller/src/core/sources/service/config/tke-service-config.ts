import type { ListenerPlace, RulePlace } from '../../../model/place.ts';
import type { HealthCheck, ListenerSettings, RuleSettings } from '../../../model/settings.ts';
import {
  blockIn,
  blocksIn,
  booleanIn,
  fieldsBeside,
  integerIn,
  isUnset,
  oneOfIn,
  requireIn,
  textIn,
  type Block,
  type WrongValue,
} from './block.ts';
import { healthCheckFields, l4HealthCheck, l7HealthCheck } from './health-check-block.ts';

/** What a TkeServiceConfig says of places (TKE docs 457/45490, 457/45700). A field that is left out changes nothing. */
export interface TkeServiceConfig {
  /** By "TCP/80". */
  readonly listeners: ReadonlyMap<string, ListenerSettings>;
  /** By configKeyOf a place. */
  readonly rules: ReadonlyMap<string, RuleSettings>;
  /** Of all rules of a domain, by configKeyOf a place without a URL. */
  readonly domains: ReadonlyMap<string, RuleSettings>;
  /** The first ones: each spec is kept as it was read. */
  readonly wrong: readonly WrongValue[];
  readonly moreWrong: number;
  /** The first paths that nothing here reads: misspelt, or settings that clb-direct leaves as they are on the CLB. */
  readonly unread: readonly string[];
}

/** As many as somebody can mend in one go. */
const mostWrong = 5;
/** More than a message names. */
const mostUnread = 10;

/** Which block of a TkeServiceConfig is about a place. */
export function configKeyOf(place: ListenerPlace | RulePlace): string {
  const listener = `${place.protocol}/${place.port}`;
  return 'url' in place ? JSON.stringify([listener, place.domain, place.url]) : listener;
}

export function domainKeyOf({ protocol, port, domain }: Omit<RulePlace, 'url'>): string {
  return JSON.stringify([`${protocol}/${port}`, domain]);
}

interface Read {
  readonly listeners: Map<string, ListenerSettings>;
  readonly rules: Map<string, RuleSettings>;
  readonly domains: Map<string, RuleSettings>;
  readonly unread: string[];
}

export const l4Protocols = ['TCP', 'UDP', 'TCP_SSL', 'QUIC'] as const;
export const l7Protocols = ['HTTP', 'HTTPS'] as const;

export function readTkeServiceConfig(spec: unknown): TkeServiceConfig {
  const root: Block = { path: 'TkeServiceConfig', fields: { spec }, wrong: [] };
  const read: Read = { listeners: new Map(), rules: new Map(), domains: new Map(), unread: [] };
  const loadBalancer = within(root);
  if (loadBalancer !== undefined) {
    for (const block of blocksIn(loadBalancer, 'l4Listeners')) readL4(block, read);
    for (const block of blocksIn(loadBalancer, 'l7Listeners')) readL7(block, read);
    read.unread.push(...fieldsBeside(loadBalancer, ['l4Listeners', 'l7Listeners']));
  }
  const wrong = root.wrong.slice(0, mostWrong);
  return { ...read, wrong, moreWrong: root.wrong.length - wrong.length, unread: read.unread.slice(0, mostUnread) };
}

function within(root: Block): Block | undefined {
  const spec = blockIn(root, 'spec');
  // Paths begin with "spec", as kubectl explain has them.
  return spec === undefined ? undefined : blockIn({ ...spec, path: 'spec' }, 'loadBalancer');
}

function readL4(block: Block, { listeners, unread }: Read): void {
  const place = placeIn(block, l4Protocols);
  unread.push(...fieldsBeside(block, ['protocol', 'port', 'session', 'healthCheck', 'scheduler']));
  const settings = {
    ...schedulerIn(block, ['WRR', 'LEAST_CONN']),
    ...sessionIn(block, unread),
    ...healthCheckIn(block, 'l4', unread),
  };
  if (place !== undefined && isFirst(block, 'port', place.port, listeners.has(configKeyOf(place)))) {
    listeners.set(configKeyOf(place), settings);
  }
}

function readL7(block: Block, read: Read): void {
  const place = placeIn(block, l7Protocols);
  read.unread.push(...fieldsBeside(block, ['protocol', 'port', 'keepaliveEnable', 'domains']));
  const keepalive = oneOfIn(block, 'keepaliveEnable', [0, 1]);
  if (place !== undefined && keepalive !== undefined)
    read.listeners.set(configKeyOf(place), { keepalive: keepalive === 1 });
  for (const domains of blocksIn(block, 'domains')) {
    const domain = textIn(domains, 'domain', /^\S{0,80}$/, 'a domain, or "" for requests by address') ?? '';
    read.unread.push(...fieldsBeside(domains, ['domain', 'http2', 'rules']));
    const http2 = booleanIn(domains, 'http2');
    const isHttp2 = place?.protocol === 'HTTPS' && http2 !== undefined;
    if (isHttp2) read.domains.set(domainKeyOf({ ...place, domain }), { http2 });
    else if (http2 !== undefined) onlyHttps(domains);
    for (const rule of blocksIn(domains, 'rules')) readRule(rule, { ...place, domain }, read);
  }
}

type RuleAt = Partial<ListenerPlace> & { readonly domain: string };

function readRule(block: Block, { protocol, port, domain }: RuleAt, { rules, unread }: Read): void {
  unread.push(...fieldsBeside(block, ['url', 'session', 'healthCheck', 'scheduler', 'forwardType']));
  const forwardType = oneOfIn(block, 'forwardType', ['HTTP', 'HTTPS', 'GRPC']);
  const settings: RuleSettings = {
    ...schedulerIn(block, ['WRR', 'LEAST_CONN', 'IP_HASH']),
    ...sessionIn(block, unread),
    ...healthCheckIn(block, 'l7', unread),
    ...(forwardType === undefined ? {} : { forwardType }),
  };
  requireIn(block, 'url', urlAllowed);
  const url = textIn(block, 'url', /^\S{1,200}$/, urlAllowed);
  if (url === undefined || protocol === undefined || port === undefined) return;
  const key = configKeyOf({ protocol, port, domain, url });
  if (isFirst(block, 'url', url, rules.has(key))) rules.set(key, settings);
}

function onlyHttps(block: Block): void {
  block.wrong.push({
    path: `${block.path}.http2`,
    value: block.fields['http2'],
    allowed: 'it at HTTPS listeners only',
  });
}

const urlAllowed = 'the path of a rule, such as /';

function placeIn(
  block: Block,
  protocols: readonly ListenerPlace['protocol'][],
): Pick<ListenerPlace, 'protocol' | 'port'> | undefined {
  requireIn(block, 'protocol', `one of ${protocols.join(', ')}`);
  requireIn(block, 'port', 'a whole number from 1 to 65535');
  const protocol = oneOfIn(block, 'protocol', protocols);
  const port = integerIn(block, 'port', 1, 65_535);
  return protocol === undefined || port === undefined ? undefined : { protocol, port };
}

/** Of two blocks about one place the first counts. */
function isFirst(block: Block, name: string, value: unknown, isTaken: boolean): boolean {
  if (!isTaken) return true;
  block.wrong.push({ path: `${block.path}.${name}`, value, allowed: 'what no block above is about' });
  return false;
}

function schedulerIn(block: Block, schedulers: readonly string[]): Pick<ListenerSettings, 'scheduler'> {
  const scheduler = oneOfIn(block, 'scheduler', schedulers);
  return scheduler === undefined ? {} : { scheduler };
}

/** TKE's own default for a session that is on without a time. */
const defaultSessionSeconds = 30;

function sessionIn(block: Block, unread: string[]): Pick<ListenerSettings, 'sessionExpireTime'> {
  const session = blockIn(block, 'session');
  if (session === undefined) return {};
  unread.push(...fieldsBeside(session, ['enable', 'sessionExpireTime']));
  requireIn(session, 'enable', 'true or false');
  const enable = booleanIn(session, 'enable');
  const seconds = integerIn(session, 'sessionExpireTime', 30, 3_600);
  const isWrong = seconds === undefined && !isUnset(session.fields['sessionExpireTime']);
  if (enable === undefined || (enable && isWrong)) return {};
  return { sessionExpireTime: enable ? (seconds ?? defaultSessionSeconds) : 0 };
}

function healthCheckIn(block: Block, layer: 'l4' | 'l7', unread: string[]): { readonly healthCheck?: HealthCheck } {
  const check = blockIn(block, 'healthCheck');
  if (check === undefined) return {};
  unread.push(...fieldsBeside(check, healthCheckFields[layer]));
  const healthCheck = layer === 'l4' ? l4HealthCheck(check) : l7HealthCheck(check);
  return Object.keys(healthCheck).length === 0 ? {} : { healthCheck };
}
