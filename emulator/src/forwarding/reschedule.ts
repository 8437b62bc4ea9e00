import type { Clock } from '../runtime/clock.ts';
import type { Target } from '../state/model.ts';
import type { BoundTarget, Place } from '../state/place.ts';
import type { Store, Change } from '../state/store.ts';
import type { Connection } from './connections.ts';
import { cameIn, type Cut } from './cuts.ts';
import { eligibleTargets } from './eligible.ts';
import { entrancesOf, type Entrance } from './route.ts';

interface Options {
  store: Store;
  clock: Clock;
  connections: () => Promise<Connection[]>;
  cut: (cuts: Cut[]) => void;
  report: (problem: string) => void;
}

/** How often a rescheduling that takes a while moves some of its connections. */
const stepMs = 1000;

/** Connections that should not stay where they are. */
type Surplus = (entrance: Entrance, connections: readonly Connection[]) => Connection[];

const goesTo = (target: Target) => (connection: Connection) =>
  connection.target.ip === target.ip && connection.target.port === target.port;

/** All connections of a target, until the reason to move them is over. */
function leaving(target: Target, isOver: () => boolean): Surplus {
  return (_, connections) => (isOver() ? [] : connections.filter(goesTo(target)));
}

/** The connections of each target beyond its share, so that new targets get some. */
function overfull({ listener }: Place): Surplus {
  return (_, connections) => {
    const targets = eligibleTargets(listener.targets);
    const sum = targets.reduce((total, { weight }) => total + weight, 0);
    return targets.flatMap((target) =>
      connections.filter(goesTo(target)).slice(Math.ceil((connections.length * target.weight) / sum)),
    );
  };
}

function surplusAfter(change: Change): { of: Place; surplus: Surplus } | undefined {
  if (change.kind === 'weight' && change.at.target.weight === 0 && change.at.listener.reschedule.zeroWeight) {
    const { target } = change.at;
    return { of: change.at, surplus: leaving(target, () => target.weight > 0) };
  }
  if (change.kind === 'health' && change.at.target.health === 'Dead' && change.at.listener.reschedule.unhealthy) {
    const { target } = change.at;
    return { of: change.at, surplus: leaving(target, () => target.health !== 'Dead') };
  }
  const isNew = (at: BoundTarget) =>
    at.listener.reschedule.expandTarget && eligibleTargets(at.listener.targets).length > 1;
  // A target counts from when it can take connections.
  if (change.kind === 'health' && change.at.target.health === 'Alive' && isNew(change.at)) {
    return { of: change.at, surplus: overfull(change.at) };
  }
  return undefined;
}

/**
 * Moves connections that exist away from targets that got weight 0 or died, and towards new ones, where the listener
 * asks for it: their next packets are answered with RST, so that clients come again and are sent elsewhere. It begins
 * RescheduleStartTime after the change and is spread over RescheduleInterval.
 */
export function startRescheduling({ store, clock, connections, cut, report }: Options): void {
  async function step(of: Place, surplus: Surplus, stepsLeft: number): Promise<void> {
    const present = (await connections()).filter(({ mark }) => mark === 0);
    for (const entrance of entrancesOf(of.loadBalancer, of.listener)) {
      const all = surplus(
        entrance,
        present.filter((connection) => cameIn(entrance, connection)),
      );
      const due = all.slice(0, Math.ceil(all.length / stepsLeft));
      cut(due.map(({ client, target }) => ({ entrance, target, client, how: 'reset' as const })));
    }
    if (stepsLeft > 1) clock.after(stepMs, () => run(of, surplus, stepsLeft - 1));
  }
  function run(of: Place, surplus: Surplus, stepsLeft: number): void {
    step(of, surplus, stepsLeft).catch((error: unknown) => report(`rescheduling: ${String(error)}`));
  }

  store.watch((change) => {
    const found = surplusAfter(change);
    if (!found || entrancesOf(found.of.loadBalancer, found.of.listener).length === 0) return;
    const { startTimeS, intervalS } = found.of.listener.reschedule;
    clock.after(startTimeS * 1000, () =>
      run(found.of, found.surplus, Math.max(1, Math.ceil((intervalS * 1000) / stepMs))),
    );
  });
}
