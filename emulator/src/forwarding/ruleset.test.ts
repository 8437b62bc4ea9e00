import { describe, expect, test } from '@jest/globals';
import type { Health, Listener, LoadBalancer, Target } from '../state/model.ts';
import { eligibleTargets } from './eligible.ts';
import { planRoutes, type Route } from './route.ts';
import { renderRemoval, renderRoute } from './ruleset.ts';

function target(ip: string, health: Health, weight = 10): Target {
  return { ip, port: 8080, weight, health, tag: null, registeredAtMs: 0 };
}

describe('who gets new connections', () => {
  const cases: [string, Target[], string[]][] = [
    ['healthy ones with a weight', [target('a', 'Alive'), target('b', 'Dead'), target('c', 'Unknown')], ['a']],
    ['those whose check is off', [target('a', 'Close'), target('b', 'Alive')], ['a', 'b']],
    ['none with weight 0', [target('a', 'Alive', 0)], []],
    ['all when all are dead', [target('a', 'Dead'), target('b', 'Dead')], ['a', 'b']],
    [
      'all dead ones with a weight though a drained one is healthy',
      [target('a', 'Alive', 0), target('b', 'Dead')],
      ['b'],
    ],
    ['none before the first verdict', [target('a', 'Unknown')], []],
  ];
  test.each(cases)('%s', (_, targets, ips) => {
    expect(eligibleTargets(targets).map(({ ip }) => ip)).toEqual(ips);
  });
});

describe('the routes', () => {
  const both = [target('10.64.0.5', 'Alive'), target('10.64.0.6', 'Alive')];
  const plan = (listener: Partial<Listener>, more: Partial<LoadBalancer> = {}) =>
    planRoutes(
      [
        {
          vips: ['198.51.100.10'],
          secureGroups: [],
          started: true,
          listeners: [listener as Listener],
          ...more,
        } as LoadBalancer,
      ],
      (_, { ip }) => (ip === '10.64.0.5' ? 3 : 0),
    );
  const tcp = { protocol: 'TCP' as const, port: 80, endPort: 0, targets: both };

  test('a listener has one at each VIP; without targets, stopped, or not of L4 it has none', () => {
    expect(plan(tcp, { vips: ['198.51.100.10', '198.51.100.11'] })).toHaveLength(2);
    expect(plan({ ...tcp, targets: [] })).toEqual([]);
    expect(plan(tcp, { started: false })).toEqual([]);
    expect(plan({ ...tcp, protocol: 'TCP_SSL' })).toEqual([]);
  });

  test('LEAST_CONN fills up the target that has fewer connections for its weight', () => {
    const [route] = plan({ ...tcp, scheduler: 'LEAST_CONN' });
    const ips = route?.order.map(({ ip }) => ip) ?? [];
    expect(ips.slice(0, 3)).toEqual(['10.64.0.6', '10.64.0.6', '10.64.0.6']);
    expect(ips.slice(4).filter((ip) => ip === '10.64.0.5')).toHaveLength(126);
  });
});

describe('the ruleset', () => {
  const route: Route = {
    protocol: 'tcp',
    vip: '198.51.100.10',
    port: 80,
    endPort: 0,
    order: [
      { ip: '10.64.0.5', port: 8080 },
      { ip: '10.64.0.6', port: 8080 },
    ],
    sessionS: 0,
    idleS: 900,
    unknownConnections: 'drop',
  };
  const numberOf = ({ ip }: { ip: string }) => Number(ip.split('.')[3]);
  const render = (change: Partial<Route>, rotation = 0) => renderRoute({ ...route, ...change }, rotation, numberOf);

  test('an entrance sends to its targets in turn, and drops packets of unknown connections', () => {
    const choice = 'map { 0 : 10.64.0.5 . 8080, 1 : 10.64.0.6 . 8080 }';
    expect(render({}).join('\n')).toBe(
      `add ct timeout ip clb tcp_900 { protocol tcp; l3proto ip; policy = { established : 900 }; }
add chain ip clb to_tcp_198_51_100_10_80
flush chain ip clb to_tcp_198_51_100_10_80
add chain ip clb at_tcp_198_51_100_10_80
flush chain ip clb at_tcp_198_51_100_10_80
add rule ip clb to_tcp_198_51_100_10_80 meta l4proto tcp dnat ip to numgen inc mod 2 ${choice}
add rule ip clb at_tcp_198_51_100_10_80 ct timeout set "tcp_900"
add rule ip clb at_tcp_198_51_100_10_80 tcp flags & (fin | syn | rst | ack) != syn ct state new drop
add element ip clb routes { tcp . 198.51.100.10 . 80 : jump to_tcp_198_51_100_10_80 }
add element ip clb guards { tcp . 198.51.100.10 . 80 : jump at_tcp_198_51_100_10_80 }`,
    );
  });

  test('an entrance of IPv6 is one of the table of that family', () => {
    const vip = '2001:db8:51::10';
    const order = [{ ip: 'fd00:64::5', port: 8080 }];
    const admissions = [{ ports: { first: 80, last: 80 }, clients: [] }];
    const lines = render({ vip, order, sessionS: 30, admissions });
    const one = render({ vip, order });
    expect([...lines, ...one].filter((line) => / ip (clb|saddr|daddr|to) /.test(line))).toEqual([]);
    expect(one).toContain('add rule ip6 clb to_tcp_2001_db8_51__10_80 meta l4proto tcp dnat ip6 to [fd00:64::5]:8080');
    expect(lines).toContain(
      'add element ip6 clb routes { tcp . 2001:db8:51::10 . 80 : jump to_tcp_2001_db8_51__10_80 }',
    );
  });

  test('each ruleset starts at another target, because the kernel counts from 0 after every change', () => {
    expect(render({}, 1).join('\n')).toContain('map { 0 : 10.64.0.6 . 8080, 1 : 10.64.0.5 . 8080 }');
  });

  test('with sessions a client is looked up first, and remembered by the number of its target', () => {
    expect(render({ sessionS: 30 }).filter((line) => line.includes(' to_') && line.startsWith('add rule'))).toEqual(
      [
        'meta mark set ip saddr map @of_tcp_198_51_100_10_80_30',
        'meta mark != 0 update @of_tcp_198_51_100_10_80_30 { ip saddr timeout 30s : meta mark }',
        'meta l4proto tcp dnat ip to meta mark map { 5 : 10.64.0.5 . 8080, 6 : 10.64.0.6 . 8080 }',
        'meta mark != 0 delete @of_tcp_198_51_100_10_80_30 { ip saddr : meta mark }',
        'meta mark set numgen inc mod 2 map { 0 : 5, 1 : 6 }',
        'update @of_tcp_198_51_100_10_80_30 { ip saddr timeout 30s : meta mark }',
        'meta l4proto tcp dnat ip to meta mark map { 5 : 10.64.0.5 . 8080, 6 : 10.64.0.6 . 8080 }',
      ].map((rule) => `add rule ip clb to_tcp_198_51_100_10_80 ${rule}`),
    );
  });

  test('new connections of clients whom security groups do not let in are dropped, by port where ports differ', () => {
    const clients = [
      { first: 10 * 2 ** 24, last: 11 * 2 ** 24 - 1 },
      { first: 1, last: 1 },
    ];
    const ports = { first: 80, last: 80 };
    const guards = (change: Partial<Route>) =>
      render(change).filter((line) => line.startsWith('add rule') && line.endsWith('ct state new drop'));
    expect(guards({ admissions: [{ ports, clients }] })[0]).toBe(
      'add rule ip clb at_tcp_198_51_100_10_80 ' + 'ip saddr != { 10.0.0.0-10.255.255.255, 0.0.0.1 } ct state new drop',
    );
    expect(guards({ admissions: [{ ports, clients: [] }] })[0]).toBe(
      'add rule ip clb at_tcp_198_51_100_10_80 ct state new drop',
    );
    expect(guards({ endPort: 90, admissions: [{ ports, clients: [] }] })[0]).toBe(
      'add rule ip clb at_tcp_198_51_100_10_80 th dport 80-80 ct state new drop',
    );
  });

  test('a range of ports keeps the port and hangs on maps of its own', () => {
    const lines = render({ endPort: 90 }).join('\n');
    expect(lines).toContain('map { 0 : 10.64.0.5, 1 : 10.64.0.6 }');
    expect(lines).toContain('add element ip clb wide_routes { tcp . 198.51.100.10 . 80-90 :');
  });

  test('a closed entrance leaves nothing but its time-out', () => {
    expect(renderRemoval({ ...route, sessionS: 30 })).toEqual([
      'delete element ip clb routes { tcp . 198.51.100.10 . 80 }',
      'delete element ip clb guards { tcp . 198.51.100.10 . 80 }',
      'flush chain ip clb to_tcp_198_51_100_10_80',
      'delete chain ip clb to_tcp_198_51_100_10_80',
      'flush chain ip clb at_tcp_198_51_100_10_80',
      'delete chain ip clb at_tcp_198_51_100_10_80',
      'delete map ip clb of_tcp_198_51_100_10_80_30',
    ]);
  });
});
