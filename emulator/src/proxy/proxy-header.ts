import { bytesOf, canonicalIp, familyOf } from '../state/address-family.ts';

interface End {
  ip: string;
  port: number;
}

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const version2AndProxy = 0x21;
const tcpOver = { IPv4: 0x11, IPv6: 0x21 };

const wordOf = (port: number) => [port >> 8, port & 255];

/** The PROXY protocol's version 2 header for a TCP connection (haproxy.org, proxy-protocol.txt, 2.2). */
export function proxyHeader(client: End, entrance: End): Buffer {
  const plain = (ip: string) => ip.replace('::ffff:', '');
  const [from, to] = [plain(client.ip), plain(entrance.ip)];
  if (canonicalIp(from) === undefined) throw new Error(`no PROXY header for ${client.ip}: it is no address`);
  const body = [...bytesOf(from), ...bytesOf(to), ...wordOf(client.port), ...wordOf(entrance.port)];
  return Buffer.concat([
    signature,
    Buffer.from([version2AndProxy, tcpOver[familyOf(from)], ...wordOf(body.length), ...body]),
  ]);
}
