import { listenerName } from '../core/plan/listener-name.ts';
import { clusterId } from './builders.ts';
import { linesOf } from './modelled-places.ts';
import { apps, balancers, expectedLines, ipOf, keyOf, type App, type Asked, type Tuned } from './modelled-services.ts';
import type { World } from './world.ts';

export type PodState = 'ready' | 'unready' | 'ending';

/** What people asked for. */
export class Model {
  readonly asked = new Map<App, Asked>();
  readonly tuned = new Map<App, Tuned>();
  readonly skipped = new Set<App>();
  /** By namespace/name. */
  readonly pods = new Map<string, PodState>();

  /** Each with the number in its name. */
  podsOf(app: App): readonly (readonly [string, number])[] {
    const keys = [...this.pods.keys()].filter((key) => key.startsWith(`${keyOf(app)}-`));
    return keys.map((key) => [key, Number(key.split('-').at(-1))] as const);
  }
}

/** What has to stand in the end, by what people asked for alone. */
export function expectedIn(world: Pick<World, 'cluster'>, model: Model): unknown {
  const places = [...model.asked].flatMap(([app, asked]) => {
    const targets = model.podsOf(app).map(([, number]) => `${ipOf(app, number)}:8080=10`);
    return expectedLines({ app, uid: world.cluster.service(keyOf(app))?.uid ?? '', asked, targets });
  });
  const settings = tunedListeners(model).map(({ app, tuned }) => `${app} ${JSON.stringify(tuned)}`);
  const gates = [...model.pods.keys()].map((key) => `${key} True`);
  return sorted({ places, settings, gates, services: [...model.asked.keys()].map(keyOf) });
}

/** The same, as it is. */
export function seenIn({ clb, cluster }: Pick<World, 'clb' | 'cluster'>, model: Model): unknown {
  const settings = tunedListeners(model).map(({ app, asked }) => {
    const name = listenerName(clusterId, cluster.service(keyOf(app))?.uid ?? '');
    const listener = clb.listenersOf(asked.balancer).find((one) => one.name === name);
    const { scheduler, sessionExpireTime } = listener?.settings ?? {};
    return `${app} ${JSON.stringify({ scheduler, sessionExpireTime })}`;
  });
  const gates = [...model.pods.keys()].map((key) => `${key} ${cluster.gateOf(key).split(' ')[0] ?? ''}`);
  const services = apps.map(keyOf).filter((key) => cluster.service(key) !== undefined);
  return sorted({ places: balancers.flatMap((id) => linesOf(clb, id)), settings, gates, services });
}

/** Where a TkeServiceConfig has something to say. */
function tunedListeners({ asked, tuned }: Model) {
  return [...tuned].flatMap(([app, what]) => {
    const service = asked.get(app);
    const isOwn = service !== undefined && service.kind !== 'existing' && service.kind !== 'HTTP';
    return isOwn ? [{ app, tuned: what, asked: service }] : [];
  });
}

function sorted(parts: Readonly<Record<string, readonly string[]>>): unknown {
  return Object.fromEntries(Object.entries(parts).map(([name, lines]) => [name, lines.toSorted()]));
}
