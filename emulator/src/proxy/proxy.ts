import type { ProxyConfig, ProxyListener } from './config.ts';
import { startListening, type Listening } from './listening.ts';
import { createMadeCertificates } from './made-certificates.ts';
import { createTakenCount, type Taken } from './taken.ts';
import type { ProxySettings } from './upstream.ts';

/** The data plane of L7 and TCP_SSL. */
export interface Proxy {
  /** Does what this says and nothing else; answers what could not be done. */
  apply(config: ProxyConfig): Promise<string[]>;
  /** Who got how many requests since this was asked before. */
  taken(): Taken[];
  close(): Promise<void>;
}

/** Starts with no listener. */
export function createProxy(settings: ProxySettings): Proxy {
  const running = new Map<string, Listening>();
  const made = createMadeCertificates();
  const taken = createTakenCount();
  let certificates: ProxyConfig['certificates'] = {};

  async function stop(id: string): Promise<void> {
    await running.get(id)?.close();
    running.delete(id);
  }
  async function applyOne(listener: ProxyListener): Promise<void> {
    const existing = running.get(listener.id);
    if (existing) return existing.update(listener);
    running.set(
      listener.id,
      await startListening(listener, { settings, taken, made, certificates: () => certificates }),
    );
  }

  return {
    async apply(config) {
      certificates = config.certificates;
      const wanted = new Set(config.listeners.map(({ id }) => id));
      await Promise.all([...running.keys()].filter((id) => !wanted.has(id)).map(stop));
      const ends = await Promise.allSettled(config.listeners.map(applyOne));
      return ends.flatMap((end, index) =>
        end.status === 'rejected' ? [`${config.listeners[index]?.id ?? ''}: ${String(end.reason)}`] : [],
      );
    },
    taken: () => taken.drain(),
    async close() {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}
