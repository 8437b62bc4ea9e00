import { expect, test } from '@jest/globals';
import { parseConnections } from './connections.ts';
import { renderCuts, type Cut } from './cuts.ts';

/* eslint-disable max-len -- conntrack prints a connection in one line */
const listing = `tcp      6 59 ESTABLISHED src=203.0.113.10 dst=198.51.100.10 sport=5555 dport=80 src=10.0.0.2 dst=203.0.113.10 sport=8080 dport=5555 [ASSURED] mark=0 use=1
tcp      6 59 ESTABLISHED src=203.0.113.10 dst=198.51.100.10 sport=5559 dport=80 src=10.0.0.3 dst=203.0.113.10 sport=8080 dport=5559 [ASSURED] mark=110911 use=1
tcp      6 119 SYN_SENT src=203.0.113.10 dst=198.51.100.10 sport=5556 dport=80 [UNREPLIED] src=10.0.0.2 dst=203.0.113.10 sport=8080 dport=5556 mark=0 use=1
tcp      6 119 TIME_WAIT src=203.0.113.10 dst=198.51.100.10 sport=5557 dport=81 src=10.0.0.2 dst=203.0.113.10 sport=8080 dport=5557 [ASSURED] mark=0 use=1
udp      17 29 src=203.0.113.10 dst=198.51.100.10 sport=4000 dport=53 src=10.0.0.2 dst=203.0.113.10 sport=8080 dport=4000 mark=0 use=1
icmp     1 29 src=203.0.113.10 dst=198.51.100.10 type=8 code=0 id=1 src=198.51.100.10 dst=203.0.113.10 type=0 code=0 id=1 mark=0 use=1
`;
/* eslint-enable max-len */
const connections = parseConnections(listing);
const cut = (protocol: 'tcp' | 'udp', port: number, more: Partial<Cut> = {}): Cut => ({
  entrance: { protocol, vip: '198.51.100.10', port, endPort: 0 },
  target: { ip: '10.0.0.2', port: 8080 },
  how: 'silence',
  ...more,
});
const match = (protocol: string, port: number) =>
  `-f ipv4 -p ${protocol} --orig-dst 198.51.100.10 --reply-src 10.0.0.2 --orig-port-dst ${port} --reply-port-src 8080`;

test('the listing of conntrack is read, without what has no ports', () => {
  expect(connections.map(({ protocol, state, mark }) => [protocol, state, mark])).toEqual([
    ['tcp', 'ESTABLISHED', 0],
    ['tcp', 'ESTABLISHED', 110_911],
    ['tcp', 'SYN_SENT', 0],
    ['tcp', 'TIME_WAIT', 0],
    ['udp', undefined, 0],
  ]);
  expect(connections[0]).toMatchObject({
    client: { ip: '203.0.113.10', port: 5555 },
    vip: '198.51.100.10',
    port: 80,
    target: { ip: '10.0.0.2', port: 8080 },
  });
});

test('living connections are marked, handshakes forgotten, ended ones left alone', () => {
  expect(renderCuts([cut('tcp', 80), cut('tcp', 81)], connections)).toEqual([
    [`-D ${match('tcp', 80)} --state SYN_SENT`],
    [`-U ${match('tcp', 80)} --mark 110911 -t 120`],
  ]);
});

test('cuts of both kinds do not share a run, and nothing is run for what is not there or cut already', () => {
  const cuts = [cut('udp', 53), cut('tcp', 80, { how: 'reset', client: { ip: '203.0.113.10', port: 5555 } })];
  expect(renderCuts(cuts, connections)).toEqual([
    [`-D ${match('udp', 53)}`],
    [`-U ${match('tcp', 80)} --orig-src 203.0.113.10 --orig-port-src 5555 --mark 110912 -t 120`],
  ]);
  expect(renderCuts([cut('tcp', 80, { target: { ip: '10.0.0.3', port: 8080 } }), cut('tcp', 99)], connections)).toEqual(
    [],
  );
});
