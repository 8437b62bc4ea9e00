import type { FakeClb } from './fake-clb.ts';
import { isNeighbours } from './modelled-neighbour.ts';
import { balancers } from './modelled-services.ts';

/** Of rules that people make: one that nobody else wants, and one whose place an Ingress may come to want. */
const places = { alone: { domain: 'hand.com', url: '/x' }, wanted: { domain: 'a.com', url: '=/b' } } as const;
export type ByHand = keyof typeof places;

/** What people made on listeners of ours, and whether it is as they left it. */
export class RulesByHand {
  readonly #clb: FakeClb;
  /** By LocationId: the listener. */
  readonly #made = new Map<string, string>();
  #last = 0;

  constructor(clb: FakeClb) {
    this.#clb = clb;
  }

  /** On the first listener with rules of each CLB, where there is room for it. */
  make(kind: ByHand): void {
    for (const id of balancers) {
      const listener = this.#clb.listenersOf(id).find((one) => one.rules.length > 0 && !isNeighbours(one));
      const { domain, url } = places[kind];
      if (listener === undefined || listener.rules.some((rule) => rule.domain === domain && rule.url === url)) continue;
      const locationId = `hand-${(this.#last += 1)}`;
      const rules = [...listener.rules, { locationId, domain, url, settings: {} }];
      this.#clb.addListener(id, { ...listener, rules });
      if (kind === 'alone') this.#made.set(locationId, listener.id);
    }
  }

  /** People took away what is not there now. */
  forget(): void {
    for (const locationId of this.#made.keys()) if (!this.#ids().has(locationId)) this.#made.delete(locationId);
  }

  removeAll(): void {
    this.#made.clear();
    for (const id of balancers) {
      for (const listener of this.#clb.listenersOf(id)) {
        const rules = listener.rules.filter(({ locationId }) => !isByHand(locationId) || this.#hasTargets(locationId));
        this.#clb.addListener(id, { ...listener, rules });
      }
    }
  }

  /** Those that are gone or have targets. */
  touched(): readonly string[] {
    const ids = this.#ids();
    return [...this.#made.keys()]
      .filter((one) => !ids.has(one) || this.#hasTargets(one))
      .map((one) => `${one} by hand`);
  }

  #ids(): ReadonlySet<string> {
    const all = balancers.flatMap((id) => this.#clb.listenersOf(id).flatMap(({ rules }) => rules));
    return new Set(all.map(({ locationId }) => locationId));
  }

  /** One that was made again where we had one is ours. */
  #hasTargets(locationId: string): boolean {
    const targets = balancers.flatMap((id) => [...(this.#clb.balancers.get(id)?.targets.values() ?? [])]);
    return targets.some((target) => target.locationId === locationId);
  }
}

export function isByHand(locationId: string): boolean {
  return locationId.startsWith('hand-');
}
