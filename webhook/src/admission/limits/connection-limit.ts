import type { Server, Socket } from 'node:net';

/** Bounds the connections that a server has open. */
export interface ConnectionLimit {
  /**
   * A review was answered on the connection now (`performance.now()`), or waits for what it asked for: it stays longer
   * than one without an answer.
   */
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
export interface ConnectionLimits {
  readonly connections: number;
  /** How long a connection lasts after its handshake or its last answered review. */
  readonly silenceMs: number;
  readonly lookEveryMs: number;
}

/**
 * Bounds the open connections, those in the middle of a handshake included. To refuse the newest, as `maxConnections`
 * does, would let a flood keep the API server out. So the newest is accepted, and the one is ended that has been open
 * longest without an answered review; if all have one, the one whose last answer is longest ago.
 *
 * It also ends connections on which no review was answered for long. One look at all of them, every few seconds, is
 * cheaper than Node's `keepAliveTimeout`, which starts a timer after each answer.
 */
export function limitConnections(server: Server, limits: ConnectionLimits): ConnectionLimit {
  const open = new Map<string, OpenConnection>();
  const byPeer = new WeakMap<Peer, OpenConnection>();

  function endOneIfFull(): void {
    if (open.size < limits.connections) return;
    const all = [...open.values()];
    const first = all.reduce((one, other) => (other.answeredMs < one.answeredMs ? other : one));
    open.delete(first.name);
    first.socket.destroy();
  }

  function accept(socket: Socket): void {
    endOneIfFull();
    const name = nameOf(socket);
    const one = { name, socket, securedMs: Infinity, answeredMs: never };
    open.set(name, one);
    socket.once('close', () => open.get(name) === one && open.delete(name));
  }

  /** The TLS connection comes after the TCP connection below it, and both have the same name. */
  function secured(peer: Peer): void {
    const one = open.get(nameOf(peer));
    if (one === undefined) return;
    one.securedMs = performance.now();
    byPeer.set(peer, one);
  }

  function endSilent(): void {
    const sinceMs = performance.now() - limits.silenceMs;
    for (const { securedMs, answeredMs, socket } of open.values())
      if (Math.max(securedMs, answeredMs) < sinceMs) socket.destroy();
  }

  const look = setInterval(endSilent, limits.lookEveryMs).unref();
  server
    .on('connection', accept)
    .on('secureConnection', secured)
    .once('close', () => clearInterval(look));
  return {
    keep(peer, nowMs) {
      const one = byPeer.get(peer);
      if (one !== undefined) one.answeredMs = nowMs;
    },
    closeAll: () => open.forEach(({ socket }) => socket.destroy()),
  };
}

const never = 0;

interface OpenConnection {
  readonly name: string;
  readonly socket: Socket;
  /** When its handshake was done; Infinity before, because handshakes have a limit of their own. */
  securedMs: number;
  /** When its last review was answered. */
  answeredMs: number;
}

function nameOf({ remoteAddress = '', remotePort = 0 }: Peer): string {
  return `${remoteAddress} ${remotePort}`;
}
