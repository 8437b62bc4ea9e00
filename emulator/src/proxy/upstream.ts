import type { Socket } from 'node:net';
import { createChooser, keyOf, type Chooser, type Client } from './choose.ts';
import type { Pool, ProxyTarget } from './config.ts';
import { connectTo, type How } from './connect.ts';
import type { TakenCount } from './taken.ts';

/** How the proxy behaves where it is a matter of time or of what is not known of the cloud. */
export interface ProxySettings {
  /** 3 failures in a row take a target out for 10 s. */
  passiveChecks: boolean;
  /** A target that cannot be reached is followed by the next one; nothing has been sent to it. */
  triesNextTarget: boolean;
  /** Deregistering cuts what is under way; else it may finish. */
  deregisterCutsRequests: boolean;
  connectTimeoutMs: number;
  /** How long a target may take for its answer, and be silent in it. */
  answerTimeoutMs: number;
  /** How long a client's connection is kept without a request. */
  idleTimeoutMs: number;
}

export const defaultProxySettings: ProxySettings = {
  passiveChecks: true,
  triesNextTarget: true,
  deregisterCutsRequests: true,
  // The defaults of the cloud's customised configuration, doc 214/32427.
  connectTimeoutMs: 4_000,
  answerTimeoutMs: 60_000,
  idleTimeoutMs: 75_000,
};

/** A target that took the connection. */
export interface Connected<T> {
  target: ProxyTarget;
  connection: T;
  /** Whether the connection has carried requests before. */
  isKept: boolean;
}

/** How connections become what the caller needs, and what it has already. */
interface Connecting<T> extends How {
  add: (target: ProxyTarget, socket: Socket) => T;
  take: (target: ProxyTarget) => T | undefined;
}

/** The targets of one pool: who is next, and who is connected. */
export interface Upstream {
  pool: () => Pool;
  update(pool: Pool): void;
  /** Chooses a target and connects to it; undefined when no target can be reached. */
  connect<T>(client: Client, connecting: Connecting<T>): Promise<Connected<T> | undefined>;
  chooser: Chooser;
  /** Counts a connection or request on a target until `end`; `cut` is called when its target is deregistered. */
  hold(target: ProxyTarget, cut: () => void): () => void;
  close(): void;
}

/** What is under way by target, and how it is cut. */
function createHeld() {
  const held = new Map<string, Set<() => void>>();
  return {
    add(key: string, cut: () => void): void {
      held.set(key, (held.get(key) ?? new Set()).add(cut));
    },
    remove(key: string, cut: () => void): boolean {
      const cuts = held.get(key);
      const isThere = cuts?.delete(cut) ?? false;
      if (cuts?.size === 0) held.delete(key);
      return isThere;
    },
    cutOthers(keys: readonly string[]): void {
      for (const [key, cuts] of held) if (!keys.includes(key)) [...cuts].forEach((cut) => cut());
    },
  };
}

/** Opens the pool; connections are made when they are asked for. */
export function createUpstream(first: Pool, settings: ProxySettings, taken: TakenCount): Upstream {
  const chooser = createChooser({ checksPassively: settings.passiveChecks, nowMs: () => Date.now() });
  const held = createHeld();
  let pool = first;

  const isEligible = (target: ProxyTarget) => pool.eligible.some((one) => keyOf(one) === keyOf(target));
  async function connect<T>(client: Client, { add, take, ...how }: Connecting<T>): Promise<Connected<T> | undefined> {
    const tried = new Set<string>();
    for (;;) {
      const target = chooser.choose(pool, client, tried);
      if (!target) return undefined;
      const kept = take(target);
      if (kept) return { target, connection: kept, isKept: true };
      const socket = await connectTo(target, how, settings.connectTimeoutMs).catch(() => undefined);
      // While it connected the target may have gone.
      if (socket && isEligible(target)) return { target, connection: add(target, socket), isKept: false };
      socket?.destroy();
      tried.add(keyOf(target));
      if (socket) continue;
      chooser.failed(target);
      if (!settings.triesNextTarget) return undefined;
    }
  }

  return {
    pool: () => pool,
    update(next) {
      pool = next;
      chooser.forgetOthers(pool.bound);
      if (settings.deregisterCutsRequests) held.cutOthers(next.bound);
    },
    connect,
    chooser,
    hold(target, cut) {
      held.add(keyOf(target), cut);
      chooser.opened(target);
      taken.add(pool.id, target);
      return () => {
        if (held.remove(keyOf(target), cut)) chooser.closed(target);
      };
    },
    close() {
      if (settings.deregisterCutsRequests) held.cutOthers([]);
    },
  };
}
