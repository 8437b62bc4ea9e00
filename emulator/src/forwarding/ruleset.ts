import type { LoadBalancer } from '../state/model.ts';
import { eligibleTargets } from './eligible.ts';
import { planTurns } from './turns.ts';

/** One VIP:port and where its new connections go, turn by turn. */
export interface Route {
  protocol: 'tcp' | 'udp';
  vip: string;
  port: number;
  turns: readonly { ip: string; port: number }[];
}

/** A round longer than this is approximated: 200 targets with a hundred different weights would need thousands. */
const mostTurns = 2000;

/** What the kernel has to do for these load balancers; a listener without eligible targets has no route. */
export function planRoutes(loadBalancers: Iterable<LoadBalancer>): Route[] {
  return [...loadBalancers].flatMap(({ vips, listeners }) =>
    listeners.flatMap(({ protocol, port, targets }) => {
      const eligible = eligibleTargets(targets);
      if (eligible.length === 0) return [];
      const order = planTurns(
        eligible.map(({ weight }) => weight),
        mostTurns,
      );
      const turns = order.map((index) => eligible[index]).filter((target) => target !== undefined);
      return vips.map((vip): Route => ({ protocol: protocol === 'TCP' ? 'tcp' : 'udp', vip, port, turns }));
    }),
  );
}

function renderRoute({ protocol, vip, port, turns }: Route, rotation: number): string {
  const match = `add rule ip clb forward ip daddr ${vip} ${protocol} dport ${port} dnat to`;
  const [first] = turns;
  if (turns.length === 1 && first) return `${match} ${first.ip}:${first.port}`;
  const entries = turns.map((_, index) => {
    // The kernel starts to count anew with every ruleset: without a shift the first target would be favoured.
    const turn = turns[(index + rotation) % turns.length] ?? turns[0];
    return `${index} : ${turn?.ip ?? ''} . ${turn?.port ?? 0}`;
  });
  return `${match} numgen inc mod ${turns.length} map { ${entries.join(', ')} }`;
}

/**
 * One transaction that makes the kernel do this and nothing else. The chains that hook into the kernel stay: were they
 * made anew, packets of running connections could slip through untranslated. A VIP without a route is left to the
 * local stack, which refuses it with RST. `numgen inc` and not `random`, so that curl meets the pods in turn.
 */
export function renderRuleset(routes: readonly Route[], rotation = 0): string {
  return [
    'add table ip clb',
    'add chain ip clb prerouting { type nat hook prerouting priority dstnat; policy accept; }',
    'add chain ip clb output { type nat hook output priority -100; policy accept; }',
    'add chain ip clb forward',
    'flush table ip clb',
    'add rule ip clb prerouting jump forward',
    'add rule ip clb output jump forward',
    ...routes.map((route) => renderRoute(route, rotation)),
    '',
  ].join('\n');
}
