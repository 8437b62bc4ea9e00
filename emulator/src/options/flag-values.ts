import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { HealthRule } from '../health/health-rules.ts';
import { defaultQuotas, type Quotas } from '../limits/quotas.ts';
import type { Spread } from '../runtime/random.ts';
import { parseIpv6Range, parseRange } from '../state/vip-pool.ts';
import { defaultSwitches, type Switches } from '../runtime/switches.ts';

/** Values separated by commas. */
export const list = (value: string) => value.split(',').filter((part) => part !== '');

/** A number that is not below the least. */
export function number(least: number) {
  return (value: string) => {
    const parsed = Number(value);
    if (value === '' || !Number.isFinite(parsed) || parsed < least) throw new Error(`a number from ${least}`);
    return parsed;
  };
}

/** Yes or no. */
export function boolean(value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Error('true or false');
}

/** A port; 0 takes a free one. */
export function port(value: string): number {
  if (!/^\d+$/.test(value) || Number(value) > 65535) throw new Error('a port from 0 to 65535');
  return Number(value);
}

/** NAME=NUMBER, comma separated. */
export function numbersOf(value: string): Record<string, number> {
  const entries = list(value).map((part) => {
    const [, name, amount] = /^(\w+)=(\d+)$/.exec(part) ?? [];
    if (!name || !amount) throw new Error('NAME=NUMBER, comma separated');
    return [name, Number(amount)] as const;
  });
  return Object.fromEntries(entries);
}

/** Quotas by name. */
export function quotasOf(value: string): Partial<Quotas> {
  const chosen = numbersOf(value);
  const wrong = Object.keys(chosen).find((name) => !(name in defaultQuotas));
  if (wrong !== undefined) throw new Error(`NAME=NUMBER of ${Object.keys(defaultQuotas).join(', ')}`);
  return chosen;
}

/** How answers are sent. */
export function encodingOf(value: string) {
  const parts = list(value);
  if (!parts.every((part) => part === 'gzip' || part === 'chunked')) throw new Error('gzip, chunked or both');
  return { gzip: parts.includes('gzip'), chunked: parts.includes('chunked') };
}

/** MEDIAN:P99 in milliseconds. */
export function spread(value: string): Spread {
  const [, p50, p99] = /^(\d+):(\d+)$/.exec(value) ?? [];
  if (p50 === undefined || p99 === undefined || Number(p50) > Number(p99)) throw new Error('MEDIAN:P99 like 300:1500');
  return { p50Ms: Number(p50), p99Ms: Number(p99) };
}

/** Who may call. */
export function credentials(value: string) {
  const entries = list(value).map((part) => {
    const [id, secretKey, token] = part.split(':');
    if (!id || !secretKey) throw new Error('ID:KEY or ID:KEY:TOKEN, comma separated');
    return [id, { secretKey, token }] as const;
  });
  return Object.fromEntries(entries);
}

/** Every switch, those that are named as they are named. */
export function switchesOf(value: string): Switches {
  const chosen = list(value).map((part) => {
    const [, name, setting] = /^(\w+)=(true|false)$/.exec(part) ?? [];
    if (!name || !(name in defaultSwitches))
      throw new Error(`SWITCH=true|false of ${Object.keys(defaultSwitches).join(', ')}`);
    return [name, setting === 'true'] as const;
  });
  return { ...defaultSwitches, ...Object.fromEntries(chosen) };
}

/** What carries traffic. */
export function forwarding(value: string): 'nftables' | 'proxy' | 'none' {
  if (value === 'nftables' || value === 'proxy' || value === 'none') return value;
  throw new Error('nftables, proxy or none');
}

/** A range of addresses. */
export function range(value: string): string {
  try {
    parseRange(value);
    return value;
  } catch {
    throw new Error('a range like 198.51.100.0/24');
  }
}

/** A range of IPv6 addresses. */
export function ipv6Range(value: string): string {
  try {
    parseIpv6Range(value);
    return value;
  } catch {
    throw new Error('a range like 2001:db8:51::/64');
  }
}

/** Addresses. */
export function addresses(value: string): string[] {
  if (list(value).every((part) => isIP(part) !== 0)) return list(value);
  throw new Error('addresses, comma separated');
}

/** What probes of ranges would say. */
export function healthRules(value: string): HealthRule[] {
  return list(value).map((part) => {
    const [, base = '', bits = '', health] = /^([\d.a-f:]+)\/(\d+)=(Alive|Dead)$/.exec(part) ?? [];
    const isRange = (isIPv4(base) && Number(bits) <= 32) || (isIPv6(base) && Number(bits) <= 128);
    if (!isRange) throw new Error('RANGE=Alive|Dead like 10.200.0.0/16=Alive, comma separated');
    return { range: `${base}/${bits}`, health: health === 'Dead' ? 'Dead' : 'Alive' };
  });
}
