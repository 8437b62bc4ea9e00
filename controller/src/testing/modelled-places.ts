import { placeIdKey, type PlaceId } from '../core/model/place.ts';
import { aTarget } from './builders.ts';
import type { FakeClbWorld } from './fake-clb-world.ts';
import { apps, balancers, teamListener, type App, type Balancer } from './modelled-services.ts';

const byHand = { id: 'lbl-foreign', name: 'made by hand', protocol: 'TCP', port: 8443 };
const theirIp = '10.9.9.9';
const teams = new Set(balancers.flatMap((id) => apps.map((app) => teamListener(app, id).id)));

/** Listeners that our Services may use, and one that they may not, each with a target that stays. */
export function addOthers(clb: FakeClbWorld): void {
  for (const id of balancers) {
    for (const listener of [byHand, ...apps.map((app) => teamListener(app, id))]) {
      clb.addListener(id, listener);
      clb.addTarget(id, aTarget({ listenerId: listener.id, ip: theirIp, port: 1, weight: 7, tag: '' }), 'Dead');
    }
  }
}

/** Whether a place or target is nothing of ours. */
export function isOthers({ listenerId, ip = theirIp }: { readonly listenerId: string; readonly ip?: string }): boolean {
  return listenerId === byHand.id || (teams.has(listenerId) && ip === theirIp);
}

export function isTeams(listenerId: string): boolean {
  return teams.has(listenerId);
}

/** Everything that others made. */
export function ofOthers(clb: FakeClbWorld): unknown {
  return balancers.map((id) => {
    const all = [...(clb.balancers.get(id)?.targets.values() ?? [])];
    return [clb.listenersOf(id).filter((one) => isOthers({ listenerId: one.id })), all.filter((one) => isOthers(one))];
  });
}

/** One line for each place of ours, and for our targets at a team's listener. */
export function linesOf(
  clb: FakeClbWorld,
  id: Balancer,
  isMeant: (listenerId: string) => boolean = () => true,
): readonly string[] {
  const targetsAt = (place: PlaceId) =>
    [...(clb.balancers.get(id)?.targets.values() ?? [])]
      .filter((target) => placeIdKey(target) === placeIdKey(place) && !isOthers(target))
      .map(({ ip, port, weight }) => `${ip}:${port}=${weight}`)
      .toSorted()
      .join(' ');
  const listeners = clb.listenersOf(id).filter((one) => isMeant(one.id));
  return listeners.flatMap(({ id: listenerId, name, protocol, port, rules }): readonly string[] => {
    const targets = targetsAt({ listenerId });
    if (isTeams(listenerId)) return targets === '' ? [] : [`${id} ${name} ${targets}`];
    if (isOthers({ listenerId })) return [];
    const line = `${id} ${protocol}/${port} ${name}`;
    if (protocol !== 'HTTP') return [`${line} ${targets}`];
    return rules.map(
      ({ locationId, domain, url }) => `${line} ${domain}${url} ${targetsAt({ listenerId, locationId })}`,
    );
  });
}

/** Ids of its own listeners, and of those of teams that it may use. */
export function listenersOfApp(clb: FakeClbWorld, app: App): readonly string[] {
  return balancers.flatMap((id) => {
    const own = clb.listenersOf(id).filter(({ name }) => name.includes(`_uid-${app}-`));
    return [teamListener(app, id).id, ...own.map((one) => one.id)];
  });
}
