import type { Server, Socket } from 'node:net';

/** The connections that a server holds: a bounded number, of which the useless ones leave first. */
export interface ConnectionRoom {
  /** The connection has carried a review that was answered now (`performance.now()`): it stays longer than one that never did. */
  keep(connection: Peer, nowMs: number): void;
  /** Ends every connection, whatever it is doing. */
  closeAll(): void;
}

/** What a TLS socket and the TCP socket below it have in common. */
export interface Peer {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** How many connections there may be, and for how long. */
export interface RoomLimits {
  readonly connections: number;
  /** How long a connection lasts from its handshake or its last answered review on. */
  readonly silenceMs: number;
  readonly lookEveryMs: number;
}

/**
 * Holds at most so many connections, those in the middle of a handshake included. Refusing the newest, as `maxConnections`
 * does, would let whoever fills the room keep the API server out. So the newest comes in, and the one leaves that has waited
 * longest without a single answered review; only when there is none, the one whose last answer is longest ago.
 *
 * It also ends connections on which no review was answered for long, whatever else was: one look at all of them, every few
 * seconds, is cheaper than Node's `keepAliveTimeout`, which starts a timer after each answer.
 */
export function boundConnections(server: Server, limits: RoomLimits): ConnectionRoom {
  const held = new Map<string, Leadership>();
  const byPeer = new WeakMap<Peer, Leadership>();

  function makeRoom(): void {
    if (held.size < limits.connections) return;
    const all = [...held.values()];
    const first = all.reduce((one, other) => (other.answeredMs < one.answeredMs ? other : one));
    held.delete(first.name);
    first.socket.destroy();
  }

  function admit(socket: Socket): void {
    makeRoom();
    const name = nameOf(socket);
    const one = { name, socket, securedMs: Infinity, answeredMs: never };
    held.set(name, one);
    socket.once('close', () => held.get(name) === one && held.delete(name));
  }

  /** The TLS connection comes after the TCP connection below it, and both have the same name. */
  function know(peer: Peer): void {
    const one = held.get(nameOf(peer));
    if (one === undefined) return;
    one.securedMs = performance.now();
    byPeer.set(peer, one);
  }

  function keep(peer: Peer, nowMs: number): void {
    const one = byPeer.get(peer);
    if (one !== undefined) one.answeredMs = nowMs;
  }

  function endSilent(): void {
    const sinceMs = performance.now() - limits.silenceMs;
    for (const { securedMs, answeredMs, socket } of held.values())
      if (Math.max(securedMs, answeredMs) < sinceMs) socket.destroy();
  }

  const look = setInterval(endSilent, limits.lookEveryMs).unref();
  server
    .on('connection', admit)
    .on('secureConnection', know)
    .once('close', () => clearInterval(look));
  return { keep, closeAll: () => held.forEach(({ socket }) => socket.destroy()) };
}

const never = 0;

interface Leadership {
  readonly name: string;
  readonly socket: Socket;
  /** When its handshake was done; Infinity before, as handshakes have a limit of their own. */
  securedMs: number;
  /** When its last review was answered. */
  answeredMs: number;
}

function nameOf({ remoteAddress = '', remotePort = 0 }: Peer): string {
  return `${remoteAddress} ${remotePort}`;
}
