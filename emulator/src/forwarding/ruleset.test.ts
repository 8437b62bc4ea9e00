import { describe, expect, test } from '@jest/globals';
import type { Health, Listener, LoadBalancer, Target } from '../state/model.ts';
import { eligibleTargets } from './eligible.ts';
import { planRoutes, renderRuleset } from './ruleset.ts';

function target(ip: string, health: Health, weight = 10): Target {
  return { ip, port: 8080, weight, health, tag: null, registeredAtMs: 0 };
}

function loadBalancer(listeners: { protocol: 'TCP' | 'UDP'; port: number; targets: Target[] }[]): LoadBalancer {
  return { id: 'lb-1', vips: ['198.51.100.10'], listeners: listeners as Listener[] } as unknown as LoadBalancer;
}

describe('who gets new connections', () => {
  const cases: [string, Target[], string[]][] = [
    ['healthy ones with a weight', [target('a', 'Alive'), target('b', 'Dead'), target('c', 'Unknown')], ['a']],
    ['those whose check is off', [target('a', 'Close'), target('b', 'Alive')], ['a', 'b']],
    ['nobody with weight 0', [target('a', 'Alive', 0)], []],
    ['all when all are dead', [target('a', 'Dead'), target('b', 'Dead')], ['a', 'b']],
    [
      'all dead ones with a weight though a drained one is healthy',
      [target('a', 'Alive', 0), target('b', 'Dead')],
      ['b'],
    ],
    ['nobody before the first verdict', [target('a', 'Unknown')], []],
  ];
  test.each(cases)('%s', (_, targets, ips) => {
    expect(eligibleTargets(targets).map(({ ip }) => ip)).toEqual(ips);
  });
});

describe('the ruleset', () => {
  const both = [target('10.64.0.5', 'Alive'), target('10.64.0.6', 'Alive')];

  test('sends each VIP and port to its targets in turn, keeping the hooked chains', () => {
    const text = renderRuleset(
      planRoutes([
        loadBalancer([
          { protocol: 'TCP', port: 80, targets: both },
          { protocol: 'UDP', port: 53, targets: both.slice(1) },
          { protocol: 'TCP', port: 443, targets: [] },
        ]),
      ]),
    );
    expect(text).toBe(`add table ip clb
add chain ip clb prerouting { type nat hook prerouting priority dstnat; policy accept; }
add chain ip clb output { type nat hook output priority -100; policy accept; }
add chain ip clb forward
flush table ip clb
add rule ip clb prerouting jump forward
add rule ip clb output jump forward
add rule ip clb forward ip daddr 198.51.100.10 tcp dport 80 dnat to numgen inc mod 2 map { 0 : 10.64.0.5 . 8080, 1 : 10.64.0.6 . 8080 }
add rule ip clb forward ip daddr 198.51.100.10 udp dport 53 dnat to 10.64.0.6:8080
`);
  });

  test('starts each round at another target, because the kernel counts anew after every change', () => {
    const routes = planRoutes([loadBalancer([{ protocol: 'TCP', port: 80, targets: both }])]);
    expect(renderRuleset(routes, 1)).toContain('map { 0 : 10.64.0.6 . 8080, 1 : 10.64.0.5 . 8080 }');
  });
});
