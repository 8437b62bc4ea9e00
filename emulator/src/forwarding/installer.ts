import type { Cut } from './cuts.ts';
import type { Kernel } from './kernel.ts';
import type { Route } from './route.ts';
import { base, nameOf, renderRemoval, renderRoute, tableOf, type NumberOf, type Table } from './ruleset.ts';

function createNumbers(): NumberOf {
  const numbers = new Map<string, number>();
  return ({ ip, port }) => {
    const key = `${ip}:${port}`;
    const number = numbers.get(key) ?? numbers.size + 1;
    numbers.set(key, number);
    return number;
  };
}

/**
 * UDP packets that came while a VIP had no route have left a connection without translation, which later packets
 * would follow: it goes when the route appears.
 */
function untranslated(route: Route): Cut[] {
  if (route.protocol !== 'udp') return [];
  return [{ entrance: route, target: { ip: route.vip, port: route.port }, how: 'silence' }];
}

interface Installed {
  route: Route;
  text: string;
}

/**
 * Makes the kernel do what routes say: one transaction with only what differs from what is in force. Answers what has
 * to be cut because an entrance appeared.
 */
export function createInstaller(kernel: Pick<Kernel, 'apply'>): (routes: readonly Route[]) => Promise<Cut[]> {
  const numberOf = createNumbers();
  const installed = new Map<string, Installed>();
  const based = new Set<Table>();
  let rotation = 0;

  return async (routes) => {
    const wanted = new Map(
      routes.map((route) => [nameOf(route), { route, text: renderRoute(route, 0, numberOf).join('\n') }]),
    );
    const changed = [...wanted].filter(([name, { text }]) => installed.get(name)?.text !== text);
    // A route with another range or session has other elements and maps: the old ones go first.
    const gone = [...installed].filter(([name, { route }]) => {
      const next = wanted.get(name)?.route;
      return next?.endPort !== route.endPort || next.sessionS !== route.sessionS;
    });
    rotation += 1;
    const fresh = [...new Set<Table>(['ip', ...routes.map(tableOf)])].filter((table) => !based.has(table));
    const lines = [
      ...fresh.flatMap(base),
      ...gone.flatMap(([, { route }]) => renderRemoval(route)),
      ...changed.flatMap(([, { route }]) => renderRoute(route, rotation, numberOf)),
    ];
    if (lines.length > 0) await kernel.apply(lines);
    fresh.forEach((table) => based.add(table));
    const appeared = changed.filter(([name]) => !installed.has(name)).flatMap(([, { route }]) => untranslated(route));
    gone.forEach(([name]) => installed.delete(name));
    changed.forEach(([name, entry]) => installed.set(name, entry));
    return appeared;
  };
}
