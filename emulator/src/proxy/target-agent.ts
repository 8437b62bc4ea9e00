import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { keyOf } from './choose.ts';
import type { ProxyTarget } from './config.ts';

/** An agent that is handed its connections, because the target was chosen by connecting to it. */
class OfferedSockets extends Agent {
  readonly #offered: Socket[] = [];

  offer(socket: Socket): void {
    this.#offered.push(socket);
  }
  hasFree(): boolean {
    return Object.values(this.freeSockets).some((sockets) => sockets?.some((socket) => !socket.destroyed));
  }
  override createConnection(): Socket {
    const socket = this.#offered.shift();
    if (!socket) throw new Error('no connection was offered');
    return socket;
  }
  override destroy(): void {
    this.#offered.splice(0).forEach((socket) => socket.destroy());
    super.destroy();
  }
}

/** The agents of a listener's targets; with keep-alive they hold idle connections. */
export function createTargetAgents(keepsAlive: () => boolean) {
  const agents = new Map<string, OfferedSockets>();
  const nameOf = (target: ProxyTarget) => `${keyOf(target)} ${keepsAlive()}`;
  return {
    of(target: ProxyTarget): OfferedSockets {
      const agent = agents.get(nameOf(target)) ?? new OfferedSockets({ keepAlive: keepsAlive() });
      agents.set(nameOf(target), agent);
      return agent;
    },
    /** Idle connections of other targets than these end. */
    keepOnly(bound: ReadonlySet<string>): void {
      for (const [name, agent] of agents) {
        if (bound.has(name.split(' ')[0] ?? '')) continue;
        agent.destroy();
        agents.delete(name);
      }
    },
  };
}
