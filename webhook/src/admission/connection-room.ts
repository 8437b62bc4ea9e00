import type { Server, Socket } from 'node:net';

/** The connections that a server holds: a bounded number, of which the useless ones leave first. */
export interface ConnectionRoom {
  /** The connection has carried an answered review: it stays longer than one that never did. */
  keep(connection: Peer): void;
  /** Ends every connection, whatever it is doing. */
  closeAll(): void;
}

/** What a TLS socket and the TCP socket below it have in common. */
export interface Peer {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/**
 * Holds at most so many connections, those in the middle of a handshake included. Refusing the newest, as `maxConnections`
 * does, would let whoever fills the room keep the API server out. So the newest comes in, and the one leaves that has waited
 * longest without a single answered review; only when there is none, the one whose last answer is longest ago.
 */
export function boundConnections(server: Server, most: number): ConnectionRoom {
  // A Map keeps the order of insertion: the first is the one to go.
  const strangers = new Map<string, Socket>();
  const guests = new Map<string, Socket>();

  function forget(name: string): void {
    strangers.delete(name);
    guests.delete(name);
  }

  function makeRoom(): void {
    if (strangers.size + guests.size < most) return;
    for (const [name, socket] of [...firstOf(strangers), ...firstOf(guests)].slice(0, 1)) {
      forget(name);
      socket.destroy();
    }
  }

  function admit(socket: Socket): void {
    const name = nameOf(socket);
    makeRoom();
    strangers.set(name, socket);
    socket.once('close', () => forget(name));
  }

  function keep(connection: Peer): void {
    const name = nameOf(connection);
    const socket = strangers.get(name) ?? guests.get(name);
    if (socket === undefined) return;
    forget(name);
    guests.set(name, socket);
  }

  server.on('connection', admit);
  return { keep, closeAll: () => [...strangers.values(), ...guests.values()].forEach((socket) => socket.destroy()) };
}

function nameOf({ remoteAddress = '', remotePort = 0 }: Peer): string {
  return `${remoteAddress} ${remotePort}`;
}

function firstOf(sockets: ReadonlyMap<string, Socket>): [string, Socket][] {
  const { value, done } = sockets.entries().next();
  return done === true ? [] : [value];
}
