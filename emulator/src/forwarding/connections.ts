/** One line of `conntrack -L`. */
export interface Connection {
  protocol: string;
  /** TCP only. */
  state: string | undefined;
  client: { ip: string; port: number };
  vip: string;
  port: number;
  target: { ip: string; port: number };
  mark: number;
}

const line =
  /^(tcp|udp) .*?(?:\d+ ([A-Z_]+) )?src=([\da-f.:]+) dst=([\da-f.:]+) sport=(\d+) dport=(\d+) .*?src=([\da-f.:]+) dst=[\da-f.:]+ sport=(\d+) dport=\d+.*?mark=(\d+)/;

function parseLine(text: string): Connection[] {
  const match = line.exec(text);
  if (!match) return [];
  const [, protocol = '', state, source = '', vip = '', sport, dport, ip = '', port, mark] = match;
  const client = { ip: source, port: Number(sport) };
  const target = { ip, port: Number(port) };
  return [{ protocol, state, client, vip, port: Number(dport), target, mark: Number(mark) }];
}

/** Reads what `conntrack -L` prints; lines of other protocols are left out. */
export function parseConnections(listing: string): Connection[] {
  return listing.split('\n').flatMap(parseLine);
}
