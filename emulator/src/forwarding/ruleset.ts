import { marks } from './cuts.ts';
import { familyOf, inUrl } from '../state/address-family.ts';
import { toAddress, type AddressRange } from '../state/ipv4-ranges.ts';
import type { Entrance, Route } from './route.ts';

/** A number for each target, the same one for ever: what the kernel remembers for a client's session. */
export type NumberOf = (target: { ip: string; port: number }) => number;

/** Each family has a table of its own, whose name in nft is also that of its packets' header. */
export type Table = 'ip' | 'ip6';

/** The table of an entrance. */
export const tableOf = ({ vip }: Pick<Entrance, 'vip'>): Table => (familyOf(vip) === 'IPv6' ? 'ip6' : 'ip');
const typeOf = (table: Table) => (table === 'ip6' ? 'ipv6_addr' : 'ipv4_addr');
const lookUp = (table: Table, map: string) => `meta l4proto . ${table} daddr . th dport vmap @${map}`;
const stopCutOnes = [
  `ct mark ${marks.silence} drop`,
  // The RST that answers belongs to the connection too, and has to get through.
  `ct mark ${marks.reset} tcp flags & rst != rst reject with tcp reset`,
];

/**
 * The table with its hooks, once. Its chains stay: if they were replaced, packets of running connections could slip
 * through untranslated. Everything that changes hangs on the maps. Ranges of ports need maps of another kind.
 *
 * The translating hooks come in pairs. The kernel looks a packet up in the rules of one generation, but finds nothing
 * in the map of a rule that a transaction has just replaced, so the packet would go to the local stack and be refused.
 * The second hook looks once more, in the present rules; a connection that is translated already does not reach it.
 */
export function base(table: Table): string[] {
  const keyType = `type inet_proto . ${typeOf(table)} . inet_service : verdict;`;
  const rules = {
    ...byChain(['arriving', 'leaving'], [...stopCutOnes, lookUp(table, 'guards'), lookUp(table, 'wide_guards')]),
    ...byChain(translating, [lookUp(table, 'routes'), lookUp(table, 'wide_routes')]),
  };
  return [
    `add table ${table} clb`,
    ...['routes', 'guards'].map((map) => `add map ${table} clb ${map} { ${keyType} }`),
    ...['wide_routes', 'wide_guards'].map((map) => `add map ${table} clb ${map} { ${keyType} flags interval; }`),
    `add chain ${table} clb arriving { type filter hook prerouting priority mangle; policy accept; }`,
    `add chain ${table} clb leaving { type filter hook output priority mangle; policy accept; }`,
    `add chain ${table} clb prerouting { type nat hook prerouting priority -100; policy accept; }`,
    `add chain ${table} clb prerouting_again { type nat hook prerouting priority -99; policy accept; }`,
    `add chain ${table} clb output { type nat hook output priority -100; policy accept; }`,
    `add chain ${table} clb output_again { type nat hook output priority -99; policy accept; }`,
    ...Object.entries(rules).flatMap(([chain, lines]) => lines.map((rule) => `add rule ${table} clb ${chain} ${rule}`)),
  ];
}

const translating = ['prerouting', 'prerouting_again', 'output', 'output_again'];

function byChain(chains: readonly string[], rules: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(chains.map((chain) => [chain, rules]));
}

/** Names an entrance; its chains have the name in theirs. */
export function nameOf({ protocol, vip, port }: Entrance): string {
  return `${protocol}_${vip.replaceAll(/[.:]/g, '_')}_${port}`;
}

function elementsOf(route: Entrance): { map: string; key: string; chain: string }[] {
  const { protocol, vip, port, endPort } = route;
  const key = `${protocol} . ${vip} . ${endPort > 0 ? `${port}-${endPort}` : port}`;
  const kind = endPort > 0 ? 'wide_' : '';
  return [
    { map: `${kind}routes`, key, chain: `to_${nameOf(route)}` },
    { map: `${kind}guards`, key, chain: `at_${nameOf(route)}` },
  ];
}

/** Takes the values in order, one a connection. The kernel counts from 0 after each change: a shift keeps it fair. */
function roundRobin(values: readonly string[], rotation: number): string {
  if (values.length === 1) return values[0] ?? '';
  const entries = values.map((_, index) => `${index} : ${values[(index + rotation) % values.length] ?? ''}`);
  // `inc` and not `random`, so that requests of curl reach the pods in turn.
  return `numgen inc mod ${values.length} map { ${entries.join(', ')} }`;
}

function choose(route: Route, rotation: number): string {
  // A range of ports keeps the port that the client asked for.
  if (route.endPort > 0)
    return roundRobin(
      route.order.map(({ ip }) => ip),
      rotation,
    );
  const [only] = route.order;
  if (route.order.length === 1 && only) return `${inUrl(only.ip)}:${only.port}`;
  return roundRobin(
    route.order.map(({ ip, port }) => `${ip} . ${port}`),
    rotation,
  );
}

const sessionMap = (route: Route) => `of_${nameOf(route)}_${route.sessionS}`;

/** A client that has a session goes to its target while that one is eligible, else it gets a new one. */
function sessionRules(route: Route, rotation: number, numberOf: NumberOf): string[] {
  const targets = new Map(route.order.map((target) => [numberOf(target), target]));
  const entries = [...targets].map(([number, { ip, port }]) =>
    route.endPort > 0 ? `${number} : ${ip}` : `${number} : ${ip} . ${port}`,
  );
  const send = `meta l4proto ${route.protocol} dnat ${tableOf(route)} to meta mark map { ${entries.join(', ')} }`;
  const numbers = route.order.map((target) => String(numberOf(target)));
  const remember = `update @${sessionMap(route)} { ${tableOf(route)} saddr timeout ${route.sessionS}s : meta mark }`;
  return [
    `meta mark set ${tableOf(route)} saddr map @${sessionMap(route)}`,
    `meta mark != 0 ${remember}`,
    send,
    // An update would only refresh what is remembered.
    `meta mark != 0 delete @${sessionMap(route)} { ${tableOf(route)} saddr : meta mark }`,
    `meta mark set ${roundRobin(numbers, rotation)}`,
    remember,
    send,
  ];
}

const rangeText = ({ first, last }: AddressRange) =>
  first === last ? toAddress(first) : `${toAddress(first)}-${toAddress(last)}`;

/** Security groups know connections: what is open goes on when its client is no longer let in. */
function admissionRules({ vip, endPort, admissions = [] }: Route): string[] {
  return admissions.map(({ ports, clients }) => {
    const at = endPort > 0 ? `th dport ${ports.first}-${ports.last} ` : '';
    const others = clients.length > 0 ? `${tableOf({ vip })} saddr != { ${clients.map(rangeText).join(', ')} } ` : '';
    return `${at}${others}ct state new drop`;
  });
}

function guardRules(route: Route): string[] {
  const { protocol, unknownConnections, idleS } = route;
  const end = unknownConnections === 'reset' ? 'reject with tcp reset' : 'drop';
  const midway = `tcp flags & (fin | syn | rst | ack) != syn ct state new ${end}`;
  return [...admissionRules(route), `ct timeout set "${protocol}_${idleS}"`, ...(protocol === 'tcp' ? [midway] : [])];
}

function timeoutObject({ vip, protocol, idleS }: Route): string {
  const table = tableOf({ vip });
  const policy = protocol === 'tcp' ? `established : ${idleS}` : `unreplied : ${idleS}, replied : ${idleS}`;
  const about = `protocol ${protocol}; l3proto ${table}; policy = { ${policy} };`;
  return `add ct timeout ${table} clb ${protocol}_${idleS} { ${about} }`;
}

/** Lines that make one entrance do what its route says, whatever it did before. */
export function renderRoute(route: Route, rotation: number, numberOf: NumberOf): string[] {
  const name = nameOf(route);
  const table = tableOf(route);
  const rules =
    route.sessionS > 0
      ? sessionRules(route, rotation, numberOf)
      : [`meta l4proto ${route.protocol} dnat ${tableOf(route)} to ${choose(route, rotation)}`];
  const limits = `size 65535; flags dynamic,timeout; timeout ${route.sessionS}s;`;
  const session = `add map ${table} clb ${sessionMap(route)} { type ${typeOf(table)} : mark; ${limits} }`;
  return [
    timeoutObject(route),
    ...(route.sessionS > 0 ? [session] : []),
    ...[`to_${name}`, `at_${name}`].flatMap((chain) => [
      `add chain ${table} clb ${chain}`,
      `flush chain ${table} clb ${chain}`,
    ]),
    ...rules.map((rule) => `add rule ${table} clb to_${name} ${rule}`),
    ...guardRules(route).map((rule) => `add rule ${table} clb at_${name} ${rule}`),
    ...elementsOf(route).map(({ map, key, chain }) => `add element ${table} clb ${map} { ${key} : jump ${chain} }`),
  ];
}

/** Lines that close an entrance. A VIP without a route is left to the local stack, which refuses TCP with RST. */
export function renderRemoval(route: Route): string[] {
  const table = tableOf(route);
  const elements = elementsOf(route);
  return [
    ...elements.map(({ map, key }) => `delete element ${table} clb ${map} { ${key} }`),
    ...elements.flatMap(({ chain }) => [`flush chain ${table} clb ${chain}`, `delete chain ${table} clb ${chain}`]),
    ...(route.sessionS > 0 ? [`delete map ${table} clb ${sessionMap(route)}`] : []),
  ];
}
