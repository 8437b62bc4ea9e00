import type { Problem } from '../core/binding.ts';
import type { TargetHealth } from '../core/clb-port.ts';
import { emptyMemory, type Memory } from '../core/memory.ts';
import { trustedHealth } from '../core/see.ts';
import { awaitsHealth, emptySight, type Sight } from '../core/sight.ts';
import { refOf } from '../core/target.ts';

interface Entry {
  readonly sight: Sight;
  readonly memory: Memory;
}

/** What was last seen of each CLB. The balancer loop writes it, the gate loop reads it; losing it costs one look. */
export class Board {
  readonly #entries = new Map<string, Entry>();

  sightOf(loadBalancerId: string): Sight | undefined {
    return this.#entries.get(loadBalancerId)?.sight;
  }

  memoryOf(loadBalancerId: string): Memory {
    return this.#entries.get(loadBalancerId)?.memory ?? emptyMemory;
  }

  see(sight: Sight, memory: Memory): void {
    this.#entries.set(sight.loadBalancerId, { sight, memory });
  }

  remember(loadBalancerId: string, memory: Memory): void {
    const entry = this.#entries.get(loadBalancerId);
    if (entry !== undefined) this.#entries.set(loadBalancerId, { ...entry, memory });
  }

  /** Shows why nothing moves, or with undefined that it moves again. */
  blame(loadBalancerId: string, trouble: Problem | undefined): void {
    const sight = this.sightOf(loadBalancerId) ?? emptySight(loadBalancerId);
    this.see({ ...sight, trouble }, this.memoryOf(loadBalancerId));
  }

  /** Shows what else stands in the way of bindings, by bindingKey. */
  obstruct(loadBalancerId: string, problems: ReadonlyMap<string, Problem>): void {
    const sight = this.sightOf(loadBalancerId);
    if (sight === undefined) return;
    this.see({ ...sight, obstacles: new Map([...sight.obstacles, ...problems]) }, this.memoryOf(loadBalancerId));
  }

  forget(loadBalancerId: string): void {
    this.#entries.delete(loadBalancerId);
  }

  sights(): readonly Sight[] {
    return [...this.#entries.values()].map(({ sight }) => sight);
  }

  /** CLBs where somebody waits for a health check. */
  awaitingHealth(): readonly string[] {
    return this.sights()
      .filter((sight) => awaitsHealth(sight))
      .map(({ loadBalancerId }) => loadBalancerId);
  }

  /** Takes in fresh health of one CLB and returns the addresses whose health changed. */
  hear(loadBalancerId: string, healths: readonly TargetHealth[], nowMs: number): readonly string[] {
    const entry = this.#entries.get(loadBalancerId);
    if (entry === undefined) return [];
    const { health, distrustUntilMs } = trustedHealth(healths, entry.memory.distrustUntilMs, nowMs);
    const { targets } = entry.sight;
    const changed = [...targets.keys()].filter(
      (key) => health.has(key) && health.get(key) !== targets.get(key)?.health,
    );
    const heard = [...targets].map(
      ([key, seen]) => [key, { ...seen, health: health.get(key) ?? seen.health }] as const,
    );
    this.see({ ...entry.sight, targets: new Map(heard) }, { ...entry.memory, distrustUntilMs });
    return changed.map((key) => refOf(key).ip);
  }
}
