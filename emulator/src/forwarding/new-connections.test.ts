import { expect, test } from '@jest/globals';
import { parseNewConnection } from './new-connections.ts';

test('a line is read as where a connection came in and which target got it', () => {
  const tcp =
    '    [NEW] tcp      6 120 SYN_SENT src=203.0.113.10 dst=198.51.100.10 sport=47444 dport=80 ' +
    '[UNREPLIED] src=10.0.0.1 dst=203.0.113.10 sport=8080 dport=47444';
  const target = { ip: '10.0.0.1', port: 8080 };
  expect(parseNewConnection(tcp)).toEqual({ protocol: 'tcp', vip: '198.51.100.10', port: 80, target });
  const udp =
    '    [NEW] udp      17 30 src=203.0.113.10 dst=198.51.100.10 sport=5353 dport=53 ' +
    '[UNREPLIED] src=10.0.0.1 dst=203.0.113.10 sport=53 dport=5353';
  expect(parseNewConnection(udp)).toMatchObject({ protocol: 'udp', port: 53, target: { port: 53 } });
});

test('what is something else is left out', () => {
  const ping =
    '    [NEW] icmp     1 30 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=1 ' +
    '[UNREPLIED] src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=1';
  expect(parseNewConnection(ping)).toBeUndefined();
  expect(parseNewConnection('')).toBeUndefined();
});
