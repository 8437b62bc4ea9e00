import { isIPv4 } from 'node:net';

interface End {
  ip: string;
  port: number;
}

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const version2AndProxy = 0x21;
const tcpOverIpv4 = 0x11;

const bytesOf = (ip: string) => ip.split('.').map(Number);
const wordOf = (port: number) => [port >> 8, port & 255];

/** The PROXY protocol's version 2 header for a TCP connection over IPv4 (haproxy.org, proxy-protocol.txt, 2.2). */
export function proxyHeader(client: End, entrance: End): Buffer {
  const plain = (ip: string) => ip.replace('::ffff:', '');
  const [from, to] = [plain(client.ip), plain(entrance.ip)];
  if (!isIPv4(from) || !isIPv4(to)) throw new Error(`no PROXY header for ${client.ip}: the emulator has IPv4 only`);
  const body = [...bytesOf(from), ...bytesOf(to), ...wordOf(client.port), ...wordOf(entrance.port)];
  return Buffer.concat([signature, Buffer.from([version2AndProxy, tcpOverIpv4, ...wordOf(body.length), ...body])]);
}
