/** A line of `conntrack -E -e NEW`: where a connection came in, and which target got it. */
export interface NewConnection {
  protocol: string;
  vip: string;
  port: number;
  target: { ip: string; port: number };
}

const line =
  /^\s*\[NEW\] (tcp|udp) .*?src=[\da-f.:]+ dst=([\da-f.:]+) sport=\d+ dport=(\d+) .*?src=([\da-f.:]+) dst=[\da-f.:]+ sport=(\d+) /;

/** Reads a line; undefined for what is not TCP or UDP. */
export function parseNewConnection(text: string): NewConnection | undefined {
  const [, protocol, vip, port, ip, targetPort] = line.exec(`${text} `) ?? [];
  if (protocol === undefined || vip === undefined || ip === undefined) return undefined;
  return { protocol, vip, port: Number(port), target: { ip, port: Number(targetPort) } };
}
