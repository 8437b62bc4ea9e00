import { familyOf } from '../state/address-family.ts';
import type { Connection } from './connections.ts';
import type { Entrance } from './route.ts';

/** A client's connection, or all connections, from an entrance to a target that are to end. */
export interface Cut {
  entrance: Entrance;
  target: { ip: string; port: number };
  /** Silence drops every packet from now on; reset answers each side's next packet with RST. */
  how: 'silence' | 'reset';
  /** Only the connection of this client; undefined: all. */
  client?: { ip: string; port: number };
}

/** The marks of cut connections in the kernel, by which their packets differ from those of new ones. */
export const marks = { silence: 110_911, reset: 110_912 } as const;

/** A cut connection is forgotten when it has been quiet this long. */
const rememberS = 120;

/** States in which both sides take the connection for one that can carry data. */
const living = ['ESTABLISHED', 'FIN_WAIT', 'CLOSE_WAIT'];
/** A handshake under way may go on elsewhere. */
const opening = ['SYN_SENT', 'SYN_SENT2', 'SYN_RECV'];

/** Whether the connection came in here. */
export function cameIn({ protocol, vip, port, endPort }: Entrance, connection: Connection): boolean {
  const isPort = connection.port >= port && connection.port <= Math.max(port, endPort);
  return connection.protocol === protocol && connection.vip === vip && isPort;
}

function isMeant({ entrance, target, client }: Cut, connection: Connection): boolean {
  const isTarget =
    connection.target.ip === target.ip && (entrance.endPort > 0 || connection.target.port === target.port);
  const isClient = !client || (client.ip === connection.client.ip && client.port === connection.client.port);
  return isTarget && isClient && cameIn(entrance, connection);
}

function matchOf({ entrance, target, client }: Cut): string {
  const { protocol, vip, port, endPort } = entrance;
  const ports = endPort > 0 ? '' : ` --orig-port-dst ${port} --reply-port-src ${target.port}`;
  const from = client ? ` --orig-src ${client.ip} --orig-port-src ${client.port}` : '';
  return `-f ${familyOf(vip).toLowerCase()} -p ${protocol} --orig-dst ${vip} --reply-src ${target.ip}${ports}${from}`;
}

/** Input of `conntrack --load-file`, run by run: the mark of the last line of a run counts for all its lines. */
export type Runs = readonly (readonly string[])[];

/**
 * What cuts these, with lines only for what is there, because each line reads the whole table. Living TCP connections
 * are marked, so that both sides' packets can be stopped; handshakes and datagrams are forgotten and go elsewhere.
 */
export function renderCuts(cuts: readonly Cut[], connections: readonly Connection[]): Runs {
  const forget: string[] = [];
  const mark: Record<Cut['how'], string[]> = { silence: [], reset: [] };
  for (const cut of cuts) {
    const states = new Set(connections.filter((one) => one.mark === 0 && isMeant(cut, one)).map(({ state }) => state));
    const match = matchOf(cut);
    // UDP has no state.
    if (states.has(undefined)) forget.push(`-D ${match}`);
    forget.push(...opening.filter((state) => states.has(state)).map((state) => `-D ${match} --state ${state}`));
    // In an update --state would set the state: the line is for all of them.
    if (living.some((state) => states.has(state)))
      mark[cut.how].push(`-U ${match} --mark ${marks[cut.how]} -t ${rememberS}`);
  }
  return [forget, mark.silence, mark.reset].filter((lines) => lines.length > 0);
}
