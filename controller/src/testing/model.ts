import { listenerName } from '../core/plan/listener-name.ts';
import { clusterId } from './builders.ts';
import { linesOf } from './modelled-places.ts';
import {
  apps,
  balancers,
  expectedLines,
  ipOf,
  keyOf,
  sessionSeconds,
  type App,
  type Asked,
  type Tuned,
} from './modelled-services.ts';
import type { World } from './world.ts';

export type PodState = 'ready' | 'unready' | 'ending';

/** What people asked for. */
export class Model {
  readonly asked = new Map<App, Asked>();
  readonly tuned = new Map<App, Tuned>();
  /** What a TkeServiceConfig set stays when it says nothing any more. */
  readonly everTuned = new Set<App>();
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
  const schedulers = tunedListeners(model).map(({ app, tuned }) => `${app} ${tuned.scheduler}`);
  const sessions = ownPlaces(model).map(({ app, asked }) => {
    const tuned = asked.kind === 'HTTP' ? undefined : model.tuned.get(app);
    return `${app} ${sessionSeconds(asked) ?? tuned?.sessionExpireTime ?? 0}`;
  });
  const gates = [...model.pods.keys()].map((key) => `${key} True`);
  return sorted({ places, schedulers, sessions, gates, services: [...model.asked.keys()].map(keyOf) });
}

/** The same, as it is. */
export function seenIn({ clb, cluster }: Pick<World, 'clb' | 'cluster'>, model: Model): unknown {
  const listenerOf = ({ app, asked }: Own) => {
    const name = listenerName(clusterId, cluster.service(keyOf(app))?.uid ?? '');
    return clb.listenersOf(asked.balancer).find((one) => one.name === name);
  };
  const schedulers = tunedListeners(model).map((own) => `${own.app} ${listenerOf(own)?.settings.scheduler ?? ''}`);
  const sessions = ownPlaces(model).map((own) => {
    const listener = listenerOf(own);
    const places = own.asked.kind === 'HTTP' ? (listener?.rules ?? []) : [listener];
    const seconds = new Set(places.map((place) => place?.settings.sessionExpireTime ?? 0));
    return `${own.app} ${[...seconds].join()}`;
  });
  const gates = [...model.pods.keys()].map((key) => `${key} ${cluster.gateOf(key).split(' ')[0] ?? ''}`);
  const services = apps.map(keyOf).filter((key) => cluster.service(key) !== undefined);
  const places = balancers.flatMap((id) => linesOf(clb, id));
  return sorted({ places, schedulers, sessions, gates, services });
}

interface Own {
  readonly app: App;
  readonly asked: Asked;
}

/** Where a TkeServiceConfig has something to say. */
function tunedListeners({ asked, tuned }: Model) {
  return [...tuned].flatMap(([app, what]) => {
    const service = asked.get(app);
    const isOwn = service !== undefined && service.kind !== 'existing' && service.kind !== 'HTTP';
    return isOwn ? [{ app, tuned: what, asked: service }] : [];
  });
}

/** Listeners and rules of our own of whose session persistence the model knows. */
function ownPlaces({ asked, tuned, everTuned }: Model): readonly Own[] {
  const known = ([app, { kind, sessionAffinity }]: readonly [App, Asked]) =>
    kind !== 'existing' &&
    (sessionAffinity === 'ClientIP' || !everTuned.has(app) || (tuned.has(app) && kind !== 'HTTP'));
  return [...asked].filter(known).map(([app, what]) => ({ app, asked: what }));
}

function sorted(parts: Readonly<Record<string, readonly string[]>>): unknown {
  return Object.fromEntries(Object.entries(parts).map(([name, lines]) => [name, lines.toSorted()]));
}
