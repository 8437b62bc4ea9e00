import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { guardDomain } from '../core/model/guard.ts';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { aPod, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

/** More when somebody looks for rare faults: MODEL_RUNS=500 PROPERTY_SEED=random. */
const numRuns = Number(process.env['MODEL_RUNS'] ?? 20);
const quietMs = 15_000;
const names = ['one', 'two', 'three'] as const;
const web: ObjectReference<'Service'> = { kind: 'Service', namespace: 'shop', name: 'web' };

/** A path as the CLB shows it: one for all hosts, and others of one host. */
const url = fc.constantFrom('192.0.2.1/', 'a.com=/a', 'a.com=/b', 'a.com/');
const toPath = (one: string) => {
  const host = one.startsWith('a.com') ? 'a.com' : '';
  const rest = one.replace(/^[^=/]*/, '');
  return rest.startsWith('=') ? aPath({ host, path: rest.slice(1), pathType: 'Exact' }) : aPath({ host });
};

const command = fc.record({
  kind: fc.constantFrom('put', 'put', 'put', 'delete', 'restart'),
  name: fc.constantFrom(...names),
  urls: fc.uniqueArray(url, { minLength: 1, maxLength: 3 }),
  pauseMs: fc.constantFrom(0, 20, 200, 2_000),
});
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** People make, change and delete Ingresses that want the same paths, and the controller dies. */
class Scene {
  readonly world = new World();
  readonly wanted = new Map<string, readonly string[]>();
  /** They are made again only once they are gone. */
  readonly #keyOf = (name: string) => `shop/${name}`;

  constructor() {
    this.world.clb.firstHealth = 'Alive';
    this.world.cluster.putPod(aPod());
    this.world.cluster.putRelated(web, aBackendService());
    this.world.start();
  }

  async run({ kind, name, urls, pauseMs }: Command): Promise<void> {
    const { ingresses } = this.world.cluster;
    const standing = ingresses.get(this.#keyOf(name));
    if (kind === 'restart') {
      await passing(this.world.stop());
      this.world.start();
    } else if (kind === 'delete') {
      if (standing !== undefined) ingresses.delete(this.#keyOf(name));
      this.wanted.delete(name);
    } else if (standing?.ending !== true) this.#put(name, urls, standing !== undefined);
    await passMs(pauseMs);
  }

  #put(name: string, urls: readonly string[], isThere: boolean): void {
    const { ingresses } = this.world.cluster;
    const paths = urls.map(toPath);
    this.wanted.set(name, urls);
    if (isThere) ingresses.change(this.#keyOf(name), { paths });
    else ingresses.put(anIngress({ name, paths, createdAtMs: names.findIndex((one) => one === name) }));
  }

  get rules() {
    return this.world.clb.listenersOf(clbId).flatMap(({ rules }) => rules);
  }

  /** The Ingresses that are there. */
  get present(): readonly string[] {
    return names.filter((name) => this.world.cluster.ingresses.get(this.#keyOf(name)) !== undefined);
  }
}

async function run(commands: readonly Command[]): Promise<void> {
  const scene = new Scene();
  try {
    for (const one of commands) await scene.run(one);
    await passMs(quietMs);
    const wanted = new Set([...scene.wanted.values()].flat());
    const hasDefault = wanted.has('192.0.2.1/');
    const guards = wanted.size > 0 && !hasDefault ? [`${guardDomain}=/.clb-direct-guard`] : [];
    expect(scene.rules.map((rule) => rule.domain + rule.url).toSorted()).toEqual([...wanted, ...guards].toSorted());
    const defaults = scene.rules.filter(({ settings }) => settings.isDefault === true).map(({ domain }) => domain);
    expect(defaults).toEqual(wanted.size === 0 ? [] : [hasDefault ? '192.0.2.1' : guardDomain]);
    expect(Object.keys(scene.world.clb.picture(clbId))).toHaveLength(wanted.size);
    expect(scene.present).toEqual(names.filter((name) => scene.wanted.has(name)));
    const { length } = scene.world.clb.writes;
    await passMs(quietMs);
    expect(scene.world.clb.writes.slice(length)).toEqual([]);
  } finally {
    await passing(scene.world.stop());
  }
}

test(
  'Whatever Ingresses want, in the end each path stands once, unknown hosts have their place, and who went is gone.',
  async () => {
    const commands = fc.array(command, { minLength: 3, maxLength: 14 });
    await fc.assert(fc.asyncProperty(commands, run), { numRuns });
  },
  numRuns * 12_000,
);
