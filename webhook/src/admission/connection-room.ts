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
  const held = new Map<string, Held>();
  const byPeer = new WeakMap<Peer, Held>();
  let answers = 0;

  function makeRoom(): void {
    if (held.size < most) return;
    const all = [...held.values()];
    const first = all.reduce((one, other) => (other.lastAnswer < one.lastAnswer ? other : one));
    held.delete(first.name);
    first.socket.destroy();
  }

  function admit(socket: Socket): void {
    makeRoom();
    const name = nameOf(socket);
    const one = { name, socket, lastAnswer: 0 };
    held.set(name, one);
    socket.once('close', () => held.get(name) === one && held.delete(name));
  }

  /** The TLS connection comes after the TCP connection below it, and both have the same name. */
  function know(peer: Peer): void {
    const one = held.get(nameOf(peer));
    if (one !== undefined) byPeer.set(peer, one);
  }

  function keep(peer: Peer): void {
    const one = byPeer.get(peer);
    if (one !== undefined) one.lastAnswer = answers += 1;
  }

  server.on('connection', admit).on('secureConnection', know);
  return { keep, closeAll: () => held.forEach(({ socket }) => socket.destroy()) };
}

interface Held {
  readonly name: string;
  readonly socket: Socket;
  /** Answers of all connections are counted; 0 = it has had none. */
  lastAnswer: number;
}

function nameOf({ remoteAddress = '', remotePort = 0 }: Peer): string {
  return `${remoteAddress} ${remotePort}`;
}
