import type { DesiredLoadBalancer } from '../model/desired.ts';
import type { ObservedListener } from '../model/observed.ts';
import { transportOf, type ListenerPlace } from '../model/place.ts';
import { isKind, type Step } from '../model/step.ts';

/**
 * Whether its one owner may have it deleted to make another at its port: a listener's protocol cannot be changed, and a
 * port takes one listener. Rules that others made are never deleted.
 */
export function isReplaceable({ isOurs, ownerUids, rules }: ObservedListener, ownerUid: string): boolean {
  return isOurs && ownerUids.length === 1 && ownerUids[0] === ownerUid && rules.every((rule) => rule.isOurs);
}

/** The place of the listener that is wanted where another one of its owner stands. */
export function replacementOf(
  listener: ObservedListener,
  { listeners }: DesiredLoadBalancer,
): ListenerPlace | undefined {
  const wanted = listeners.find(({ place }) => takesPortOf(place, listener.place));
  return wanted?.owners.some(({ uid }) => isReplaceable(listener, uid)) === true ? wanted.place : undefined;
}

function takesPortOf(wanted: ListenerPlace, { protocol, port }: ListenerPlace): boolean {
  return wanted.port === port && wanted.protocol !== protocol && transportOf(wanted.protocol) === transportOf(protocol);
}

/** It goes first, at once: nothing can be made at its port before. */
export function replaceListener({ id, place, ownerUids }: ObservedListener): Step {
  return { kind: 'delete-listener', listenerId: id, place, owners: ownerUids, reason: 'replaced' };
}

/** The listeners that go, each with what comes instead. */
export function replacementsIn(steps: readonly Step[]) {
  const made = steps.filter(isKind('create-listener'));
  return steps.filter(isKind('delete-listener')).flatMap((step) => {
    const next = step.reason === 'replaced' ? made.find(({ place }) => takesPortOf(place, step.place)) : undefined;
    return next === undefined ? [] : [{ step, next }];
  });
}
