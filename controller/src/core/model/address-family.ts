export type AddressFamily = 'IPv4' | 'IPv6';

export function familyOf(ip: string): AddressFamily {
  return ip.includes(':') ? 'IPv6' : 'IPv4';
}

const ipv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

/** The one spelling of an address, because addresses are compared as texts; undefined: it is none. */
export function canonicalIp(text: string): string | undefined {
  if (familyOf(text) === 'IPv4') return ipv4.test(text) ? text : undefined;
  const url = `http://[${text}]`;
  return /^[\da-f:.]+$/i.test(text) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}
