import { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** An agent with one connection: which connection a request takes is known before it is sent. */
export class OneConnection extends Agent {
  #socket: Socket | undefined;

  constructor(socket: Socket, keepsAlive: boolean) {
    super({ keepAlive: keepsAlive });
    this.#socket = socket;
  }
  /** Whether the connection waits for its next request. */
  isIdle(): boolean {
    return Object.values(this.freeSockets).some((sockets) => sockets?.some((socket) => !socket.destroyed));
  }
  override createConnection(): Socket {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) throw new Error('the connection was closed');
    return socket;
  }
  override destroy(): void {
    this.#socket?.destroy();
    super.destroy();
  }
}

/** The idle connections to a listener's targets. */
export interface KeptConnections {
  /** A connection to this target that waits for a request. */
  take(key: string): OneConnection | undefined;
  /** Makes an agent of a new connection; afterwards it is kept if `keepsAlive`. */
  add(key: string, socket: Socket, keepsAlive: boolean): OneConnection;
  /** Idle connections to others than these end, and are not kept from now on. */
  keepOnly(keys: ReadonlySet<string>): void;
}

/** Starts with none. */
export function createKeptConnections(): KeptConnections {
  const idle = new Map<string, OneConnection[]>();
  let wanted: ReadonlySet<string> = new Set();

  function keep(key: string, connection: OneConnection): void {
    if (!wanted.has(key)) connection.destroy();
    else if (connection.isIdle()) idle.set(key, [...(idle.get(key) ?? []).filter((one) => one.isIdle()), connection]);
  }
  return {
    take(key) {
      for (;;) {
        const connection = idle.get(key)?.pop();
        if (!connection || connection.isIdle()) return connection;
      }
    },
    add(key, socket, keepsAlive) {
      const connection = new OneConnection(socket, keepsAlive);
      connection.on('free', () => keep(key, connection));
      return connection;
    },
    keepOnly(keys) {
      wanted = keys;
      for (const [key, connections] of idle) {
        if (keys.has(key)) continue;
        connections.forEach((connection) => connection.destroy());
        idle.delete(key);
      }
    },
  };
}
